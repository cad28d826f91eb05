package dialplan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// Rule is what holds for one class. A class without a rule is free, but for the international one, which is barred.
type Rule struct {
	Class Class `json:"class"`
	Deny  bool  `json:"deny,omitempty"`
	// PIN is asked for before such a number is dialled from a phone; 4 to 12 digits.
	PIN      string `json:"pin,omitempty"`
	Calendar string `json:"calendar,omitempty"` // hours in which phones may call; empty: always
	MaxCalls int    `json:"max_calls,omitempty"`
	// MaxMinutes are those of one day, of all calls together; what is up when they are used up goes on. 0: no limit.
	MaxMinutes int `json:"max_minutes,omitempty"`
}

// Plan are the rules of all classes.
type Plan []Rule

// Of is the rule of a class. Emergency numbers have none.
func (p Plan) Of(c Class) Rule {
	if c == Emergency {
		return Rule{Class: c}
	}
	if i := slices.IndexFunc(p, func(r Rule) bool { return r.Class == c }); i >= 0 {
		return p[i]
	}
	return Rule{Class: c, Deny: c == International}
}

// Validate finds every mistake.
func (p Plan) Validate(calendar func(id string) bool) fault.Fields {
	var out fault.Fields
	for i, r := range p {
		bad := func(field, format string, args ...any) {
			out.Add(fmt.Sprintf("[%d].%s", i, field), "settings.invalid", format, args...)
		}
		switch {
		case !r.Class.Valid():
			bad("class", "%q is not internal, special, local, mobile, long_distance or international", r.Class)
		case r.Class == Emergency:
			bad("class", "emergency numbers cannot be bound to anything")
		case slices.ContainsFunc(p[:i], func(o Rule) bool { return o.Class == r.Class }):
			bad("class", "%q is there twice", r.Class)
		}
		if r.Class == Internal && (r.PIN != "" || r.MaxCalls != 0 || r.MaxMinutes != 0) {
			bad("class", "calls inside the house can be barred or bound to hours, nothing else")
		}
		if r.PIN != "" && (len(r.PIN) < 4 || len(r.PIN) > 12 || strings.Trim(r.PIN, "0123456789") != "") {
			bad("pin", "is not 4 to 12 digits")
		}
		if r.Calendar != "" && !calendar(r.Calendar) {
			bad("calendar", "there is no calendar %q", r.Calendar)
		}
		if r.MaxCalls < 0 {
			bad("max_calls", "is negative")
		}
		if r.MaxMinutes < 0 {
			bad("max_minutes", "is negative")
		}
	}
	return out
}
