package account

import (
	"maps"
	"slices"
)

// Role is what a person is to the dealership.
type Role string

// The roles.
const (
	Installer    Role = "installer"    // sets the box up; sees no customer
	Admin        Role = "admin"        // may do everything
	Supervisor   Role = "supervisor"   // leads the agents
	Agent        Role = "agent"        // takes calls
	Advisor      Role = "advisor"      // looks after customers at the counter
	QA           Role = "qa"           // judges recordings
	Viewer       Role = "viewer"       // a board on the wall
	Headquarters Role = "headquarters" // the machine that collects the dealers' data
)

// Permission is what an operation of the API demands.
type Permission string

// The permissions. They stand in the API's description under x-perm, so that the console hides by the same names.
const (
	LiveRead           Permission = "live.read"           // queues, agents and calls at this moment
	WallRead           Permission = "wall.read"           // numbers of the day for a screen on the wall, nothing of callers
	CallsRead          Permission = "calls.read"          // call records
	CallsControl       Permission = "calls.control"       // dial, answer, hold, hang up: one's own calls
	CallsMonitor       Permission = "calls.monitor"       // listen, whisper, barge in, end others' calls
	RecordingsListen   Permission = "recordings.listen"   // hear
	RecordingsDownload Permission = "recordings.download" // take away
	CustomersRead      Permission = "customers.read"      // customers, vehicles, visits
	CustomersWrite     Permission = "customers.write"     // change, merge
	TicketsRead        Permission = "tickets.read"        // and a technician's word about a job
	TicketsWrite       Permission = "tickets.write"       // open, work on, close by the rule
	TicketsManage      Permission = "tickets.manage"      // cancel, change many at once
	OutreachWork       Permission = "outreach.work"       // call customers back, write down their answers
	OutreachManage     Permission = "outreach.manage"     // end and reopen callbacks
	ScoresRead         Permission = "scores.read"         // what customers answered, per agent
	ImportsRun         Permission = "imports.run"         // bring in files, undo
	ExportsRun         Permission = "exports.run"         // take all data out
	AgentsSelf         Permission = "agents.self"         // sign in as an agent, pause, wrap up
	AgentsManage       Permission = "agents.manage"       // the same for others
	SettingsRead       Permission = "settings.read"       // without passwords of phones and trunks
	SettingsWrite      Permission = "settings.write"      // and prompts
	SettingsSecrets    Permission = "settings.secrets"    // see passwords of phones and trunks
	HooksManage        Permission = "hooks.manage"        // webhooks
	UsersManage        Permission = "users.manage"        // people, tokens, others' sessions, lock-outs
	AuditRead          Permission = "audit.read"          // who did what
)

// Permissions lists all permissions, in the order of their names.
func Permissions() []Permission { return slices.Sorted(maps.Keys(grants[Admin])) }

// Roles lists all roles, in the order of their names.
func Roles() []Role { return slices.Sorted(maps.Keys(grants)) }

type set = map[Permission]bool

func of(ps ...Permission) set {
	s := set{}
	for _, p := range ps {
		s[p] = true
	}
	return s
}

// grants is who may do what. A change here shows in the table of the API's contract test.
var grants = map[Role]set{ //nolint:gochecknoglobals // a constant table
	Admin: of(LiveRead, WallRead, CallsRead, CallsControl, CallsMonitor, RecordingsListen, RecordingsDownload, CustomersRead, CustomersWrite,
		TicketsRead, TicketsWrite, TicketsManage, OutreachWork, OutreachManage, ScoresRead, ImportsRun, ExportsRun, AgentsSelf, AgentsManage, SettingsRead, SettingsWrite, SettingsSecrets, HooksManage, UsersManage, AuditRead),
	Installer: of(LiveRead, SettingsRead, SettingsWrite, SettingsSecrets),
	Supervisor: of(LiveRead, WallRead, CallsRead, CallsControl, CallsMonitor, RecordingsListen, RecordingsDownload, CustomersRead, CustomersWrite,
		TicketsRead, TicketsWrite, TicketsManage, OutreachWork, OutreachManage, ScoresRead, ImportsRun, ExportsRun, AgentsSelf, AgentsManage, SettingsRead),
	Agent:        of(LiveRead, CallsRead, CallsControl, CustomersRead, CustomersWrite, TicketsRead, TicketsWrite, OutreachWork, AgentsSelf),
	Advisor:      of(LiveRead, CallsRead, CallsControl, CustomersRead, CustomersWrite, TicketsRead, TicketsWrite, OutreachWork),
	QA:           of(LiveRead, CallsRead, RecordingsListen, CustomersRead, TicketsRead, ScoresRead),
	Viewer:       of(LiveRead, WallRead),
	Headquarters: of(LiveRead, CallsRead, CustomersRead, TicketsRead, ScoresRead, ExportsRun, SettingsRead),
}

// Known reports whether there is such a role.
func (r Role) Known() bool { return grants[r] != nil }

// Grants reports whether a role may do something. A role that is none may do nothing.
func (r Role) Grants(p Permission) bool { return grants[r][p] }

// Known reports whether there is such a permission.
func (p Permission) Known() bool { return grants[Admin][p] }

// Powerful reports whether a role can change the box, so that its sessions end soon when nobody sits there.
func (r Role) Powerful() bool {
	return r.Grants(SettingsWrite) || r.Grants(UsersManage) || r.Grants(ExportsRun)
}
