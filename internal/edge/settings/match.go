package settings

import (
	"slices"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/calls/dialplan"
)

// matches reports whether a number fits a pattern: digits stand for themselves, X for any digit, a final * for any
// ending, the empty pattern for everything.
func matches(pattern, number string) bool {
	if pattern == "" {
		return true
	}
	head, open := strings.CutSuffix(pattern, "*")
	if len(number) < len(head) || (!open && len(number) != len(head)) {
		return false
	}
	for i := range len(head) {
		if head[i] == 'X' {
			if number[i] < '0' || number[i] > '9' {
				return false
			}
		} else if head[i] != number[i] {
			return false
		}
	}
	return true
}

// InboundTarget is where a call on a trunk is led; ok is false when no rule fits.
func (d *Document) InboundTarget(trunk, number, caller string) (t Target, ok bool) {
	for _, r := range d.Inbound {
		if (r.Trunk == "" || d.isTrunk(r.Trunk, trunk)) && matches(r.Number, number) && matches(r.Caller, caller) {
			return r.Target, true
		}
	}
	return Target{}, false
}

// InternalTarget is what a number of the house leads to; ok is false when it is none.
func (d *Document) InternalTarget(number string) (t Target, ok bool) {
	for _, n := range d.Internal {
		if n.Number == number {
			return n.Target, true
		}
	}
	for _, r := range d.Conferences.Rooms {
		if r.Number == number {
			return Target{Kind: "conference", Name: number}, true
		}
	}
	for _, e := range d.Extensions {
		if e.Number == number {
			return Target{Kind: "extension", Name: number}, true
		}
	}
	return Target{}, false
}

// MayCall reports whether a phone may call a class of numbers at a moment: the class is not barred, nor is the phone, and the
// class's hours are open. Whether it asks for a PIN is another question.
func (d *Document) MayCall(extension string, class dialplan.Class, at time.Time) bool {
	rule := d.OutboundClasses.Of(class)
	return !rule.Deny && !d.PhoneBars.Denies(extension, class) && (rule.Calendar == "" || d.IsOpen(rule.Calendar, at))
}

// OutboundWay is how a number leaves the house: the number to dial and the trunks to try, in order.
type OutboundWay struct {
	Number string
	Trunks []string // names of trunks, analog lines and groups
}

// OutboundWay finds how a number leaves the house; ok is false when no rule fits or the rule denies it.
//
// An emergency number leaves the house whatever the rules say, also behind the prefix of a rule: by the trunks of the rule
// that fits it, and then by all others.
func (d *Document) OutboundWay(number string) (w OutboundWay, ok bool) {
	w, ok = d.ruledWay(number)
	switch {
	case dialplan.ClassOf(number) == dialplan.Emergency:
		w.Number = number
	case !ok || dialplan.ClassOf(w.Number) != dialplan.Emergency:
		return w, ok
	}
	for _, t := range d.TrunkOrder() {
		if !slices.Contains(w.Trunks, t) {
			w.Trunks = append(slices.Clip(w.Trunks), t)
		}
	}
	return w, true
}

func (d *Document) ruledWay(number string) (w OutboundWay, ok bool) {
	for _, r := range d.Outbound {
		if !matches(r.Match, number) {
			continue
		}
		if r.Deny || r.Strip >= len(number) {
			return OutboundWay{}, false
		}
		w = OutboundWay{r.Add + number[r.Strip:], r.Trunks}
		if len(w.Trunks) == 0 {
			w.Trunks = d.TrunkOrder()
		}
		return w, true
	}
	return OutboundWay{}, false
}

// IsOpen reports whether the calendar with this id is open at a moment; one that is not there is not.
func (d *Document) IsOpen(calendar string, at time.Time) bool {
	for _, c := range d.Calendars {
		if c.ID == calendar {
			return c.Open(at.In(d.Location()), d.HolidayYears...)
		}
	}
	return false
}

// normal writes a whole number of a list the way callers' numbers are written; a pattern stays as it is.
func normal(pattern string) string {
	if strings.ContainsAny(pattern, "X*") {
		return pattern
	}
	return phone.Normalize(pattern)
}

// IsBlocked reports whether a caller, normalised, is on the blacklist.
func (d *Document) IsBlocked(caller string) bool {
	for _, b := range d.Blacklist {
		if caller != "" && matches(normal(b.Number), caller) {
			return true
		}
	}
	return false
}

// FindVIP returns the VIP with this number, which must be normalised.
func (d *Document) FindVIP(caller string) (VIP, bool) {
	for _, v := range d.VIPs {
		if caller != "" && phone.Normalize(v.Number) == caller {
			return v, true
		}
	}
	return VIP{}, false
}
