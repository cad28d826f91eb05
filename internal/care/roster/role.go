package roster

import (
	"slices"
	"time"
)

// Role is what somebody is at the dealership.
type Role string

// The roles, from those who do the work to the head of the house.
const (
	Technician      Role = "technician"
	Agent           Role = "agent"
	TeamLead        Role = "team_lead"
	CRMManager      Role = "crm_manager"
	ServiceDirector Role = "service_director"
	GeneralManager  Role = "general_manager"
)

// Roles are all of them.
func Roles() []Role {
	return []Role{Technician, Agent, TeamLead, CRMManager, ServiceDirector, GeneralManager}
}

func (r Role) known() bool { return slices.Contains(Roles(), r) }

// Superior is the role above; ok is false for that of the general manager, and for one that does not exist.
func (r Role) Superior() (above Role, ok bool) {
	switch r {
	case Technician:
		return ServiceDirector, true
	case Agent:
		return TeamLead, true
	case TeamLead:
		return CRMManager, true
	case CRMManager:
		return ServiceDirector, true
	case ServiceDirector:
		return GeneralManager, true
	case GeneralManager:
	}
	return "", false
}

// WithRole is who holds a role for a department at t, and which role that is: where nobody is left, that of the next
// superior. Those named in except hold none, as those whom a complaint is about. Nobody at all: an empty role. What is
// no role, as the owner of a ticket that has none, goes to the team leads: nothing is left unheard over a word.
//
// A role that lists are kept for is held by those on these lists at t, otherwise by everybody who has it. The lists
// and the people of the department come before those of all departments; an empty department is served by all.
func (r *Roster) WithRole(role Role, department string, t time.Time, except ...string) (held Role, people []Person) {
	if !role.known() {
		role = TeamLead
	}
	for ok := true; ok; role, ok = role.Superior() {
		who := slices.DeleteFunc(r.holders(role, department, t), func(p int) bool { return slices.Contains(except, r.people[p].ID) })
		if len(who) > 0 {
			return role, r.named(who)
		}
	}
	return "", nil
}

// holders is who has a role at t, those of the department first.
func (r *Roster) holders(role Role, department string, t time.Time) []int {
	var out []int
	listed := false
	for _, of := range []string{department, ""} {
		serves := func(theirs string) bool { return department == "" || theirs == of }
		for _, p := range r.onLists(t, func(d *duty) bool {
			kept := d.Role == role && serves(d.Department)
			listed = listed || kept
			return kept
		}) {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	if listed {
		return out
	}
	date := t.In(r.zone).Format(time.DateOnly)
	for _, of := range []string{department, ""} {
		for i, p := range r.people {
			if p.Role == role && (department == "" || p.Department == of) && !p.away(date) && !slices.Contains(out, i) {
				out = append(out, i)
			}
		}
	}
	return out
}
