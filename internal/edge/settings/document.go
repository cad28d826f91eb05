package settings

import (
	"time"

	"github.com/dealerline/dealerline/internal/base/workday"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/calls/conference"
	"github.com/dealerline/dealerline/internal/calls/dialplan"
	"github.com/dealerline/dealerline/internal/calls/ivr"
	"github.com/dealerline/dealerline/internal/care/outreach"
	"github.com/dealerline/dealerline/internal/care/roster"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// Format is the version of the document's layout.
const Format = 1

// Document is everything a dealership decides.
type Document struct {
	Format     int        `json:"format"`
	Dealership Dealership `json:"dealership"`

	Extensions []sipua.Extension `json:"extensions"`
	Trunks     []sipua.Trunk     `json:"trunks"`
	Analog     Analog            `json:"analog,omitzero"`

	Agents       []acd.Agent       `json:"agents"`
	Queues       []acd.Queue       `json:"queues"`
	PauseReasons []acd.PauseReason `json:"pause_reasons"`

	Voicemail Voicemail `json:"voicemail,omitzero"`
	// Conferences are the rooms in which several calls meet.
	Conferences conference.Settings `json:"conferences,omitzero"`

	Calendars []workday.Calendar `json:"calendars"`
	// HolidayYears replace the public holidays that ship with the program, and add those of years to come.
	HolidayYears []workday.Year  `json:"holiday_years,omitempty"`
	Roster       roster.Settings `json:"roster,omitzero"`
	Tickets      Tickets         `json:"tickets,omitzero"`
	Site         Site            `json:"site,omitzero"`
	Figures      Figures         `json:"figures,omitzero"`
	// Outreach is whom the dealership calls, and what it asks.
	Outreach outreach.Settings `json:"outreach,omitzero"`
	Flows    []ivr.Shelf       `json:"flows"`

	// Inbound is read from the top: the first rule that fits leads the call.
	Inbound []InboundRule `json:"inbound"`
	// Internal are numbers that phones of the house may dial besides extensions: a queue, a menu.
	Internal []InternalNumber `json:"internal"`
	// Outbound is read from the top: the first rule that fits a number dials it.
	Outbound []OutboundRule `json:"outbound"`
	// OutboundClasses bound what outbound rules let pass, by kind of destination.
	OutboundClasses dialplan.Plan `json:"outbound_classes,omitempty"`
	// PhoneBars keep single phones from kinds of destination.
	PhoneBars dialplan.Bars `json:"phone_bars,omitempty"`

	Blacklist []Listed `json:"blacklist"`
	VIPs      []VIP    `json:"vips"`

	Calls     Calls     `json:"calls"`
	Recording Recording `json:"recording"`
	// PromptNumbers are the recordings that *77 can replace, by a three-digit number.
	PromptNumbers map[string]string `json:"prompt_numbers"`
}

// Dealership is who this is.
type Dealership struct {
	Name     string `json:"name"`
	Zone     string `json:"zone"`     // IANA name, as Asia/Shanghai
	Language string `json:"language"` // spoken when nothing else is known
}

// Target is where a call is led; kinds as in flows: menu, queue, extension, external, hangup.
type Target = acd.Target

// InboundRule leads calls that come in by a trunk or an analog line. Empty fields fit everything.
type InboundRule struct {
	Trunk  string `json:"trunk,omitempty"`  // or an analog line, or a group of them
	Number string `json:"number,omitempty"` // the number dialled; a final * fits any ending
	Caller string `json:"caller,omitempty"` // the caller's; a final * fits any ending
	Target Target `json:"target"`
	Note   string `json:"note,omitempty"`
}

// InternalNumber is a number of the house that is no phone.
type InternalNumber struct {
	Number string `json:"number"`
	Target Target `json:"target"`
}

// OutboundRule sends numbers to trunks. Digits strips and prefixes apply before the trunk's own rules.
type OutboundRule struct {
	Match  string   `json:"match"` // digits, X for any digit, a final * for any ending: "0*", "1XXXXXXXXXX", "9*"
	Strip  int      `json:"strip,omitempty"`
	Add    string   `json:"add,omitempty"`
	Trunks []string `json:"trunks"` // and analog lines and groups, tried in this order; empty: all, by priority
	Deny   bool     `json:"deny,omitempty"`
	Note   string   `json:"note,omitempty"`
}

// Listed is a number on the blacklist; a final * fits any ending.
type Listed struct {
	Number string `json:"number"`
	Note   string `json:"note,omitempty"`
}

// VIP is a caller with a head start in every queue.
type VIP struct {
	Number string      `json:"number"`
	Name   string      `json:"name,omitempty"`
	Bonus  acd.Seconds `json:"bonus,omitempty"` // 0: the queue's own VIP bonus
}

// Calls is what holds for all calls.
type Calls struct {
	Ring        acd.Seconds `json:"ring"`         // how long an extension or external number rings
	MaxDuration acd.Seconds `json:"max_duration"` // 0: no limit
	// Record says which calls are recorded: "all", "external" (those with somebody outside the house), "none"; empty is all.
	Record string `json:"record,omitempty"`
	// KeyCodes lets phones transfer, consult and park by keys in a conversation ("##", "*2" …).
	KeyCodes  bool        `json:"key_codes"`
	HoldLimit acd.Seconds `json:"hold_limit"` // after which a phone that holds somebody rings; 0: never
	Parking   Parking     `json:"parking,omitzero"`
	// Supervisors are the extensions that may listen to others' conversations by feature code.
	Supervisors []string `json:"supervisors,omitempty"`
	// PickupGroups are extensions that may take one another's calls.
	PickupGroups []PickupGroup `json:"pickup_groups,omitempty"`
}

// Parking is where calls are parked for others to fetch.
type Parking struct {
	Number string      `json:"number"`           // a call transferred here gets the first free place
	First  string      `json:"first"`            // number of the first place; the others follow
	Places int         `json:"places"`           // how many there are; 0: no parking
	Return acd.Seconds `json:"return,omitempty"` // after which the one who parked is rung; 0: two minutes
}

// PickupGroup is a group of extensions.
type PickupGroup struct {
	Name       string   `json:"name"`
	Extensions []string `json:"extensions"`
}

// Recording is how long recordings are kept, in days; 0 is for ever.
type Recording struct {
	KeepDays        int            `json:"keep_days"`
	KeepDaysByQueue map[string]int `json:"keep_days_by_queue,omitempty"`
}

// ACD is the part of the document that the queues work by.
func (d Document) ACD() acd.Settings {
	return acd.Settings{Queues: d.Queues, Agents: d.Agents, PauseReasons: d.PauseReasons}
}

// SIP is the part of the document that the SIP side works by.
func (d Document) SIP() sipua.Settings {
	return sipua.Settings{Extensions: d.Extensions, Trunks: d.Trunks}
}

// IVR is the part of the document that the menus work by.
func (d Document) IVR() ivr.Settings {
	return ivr.Settings{Flows: d.Flows, Calendars: d.Calendars, Years: d.HolidayYears, Zone: d.Location()}
}

// Location is the dealership's zone; a checked document has a valid one.
func (d Document) Location() *time.Location {
	if loc, err := time.LoadLocation(d.Dealership.Zone); err == nil {
		return loc
	}
	return time.UTC
}
