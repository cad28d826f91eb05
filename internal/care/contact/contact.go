package contact

import (
	"fmt"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// Result is what came of an attempt.
type Result string

// What comes of attempts.
const (
	Reached     Result = "reached"      // the customer spoke
	Busy        Result = "busy"         // Q.850 cause 17
	NoAnswer    Result = "no_answer"    // it rang, or a machine answered
	PoweredOff  Result = "powered_off"  // the network says that the phone is off or out of reach
	WrongNumber Result = "wrong_number" // somebody else, or no such number (Q.850 cause 1)
	Refused     Result = "refused"      // the customer does not want to speak about it
)

// Results lists all results, for forms and checks.
func Results() []Result {
	return []Result{Reached, Busy, NoAnswer, PoweredOff, WrongNumber, Refused}
}

// Satisfaction is what a customer says of the work.
type Satisfaction string

// What customers say.
const (
	Unsaid       Satisfaction = ""
	Satisfied    Satisfaction = "satisfied"
	Neutral      Satisfaction = "neutral"
	Dissatisfied Satisfaction = "dissatisfied"
)

// Known reports whether it is one of the values above.
func (s Satisfaction) Known() bool {
	return slices.Contains([]Satisfaction{Unsaid, Satisfied, Neutral, Dissatisfied}, s)
}

// Attempt is one attempt to reach a customer. CBOR numbers are never reused.
type Attempt struct {
	At           time.Time     `cbor:"1,keyasint" json:"at"`
	By           string        `cbor:"2,keyasint,omitempty" json:"by,omitempty"`     // user or agent id; "box" for the box itself
	Call         string        `cbor:"3,keyasint,omitempty" json:"call,omitempty"`   // the call that proves it
	Number       string        `cbor:"4,keyasint,omitempty" json:"number,omitempty"` // normalised
	Result       Result        `cbor:"5,keyasint" json:"result"`
	Satisfaction Satisfaction  `cbor:"6,keyasint,omitempty" json:"satisfaction,omitempty"`
	Inbound      bool          `cbor:"7,keyasint,omitempty" json:"inbound,omitempty"` // the customer called
	Talk         time.Duration `cbor:"8,keyasint,omitempty" json:"talk,omitempty"`    // ns
	Recording    string        `cbor:"9,keyasint,omitempty" json:"recording,omitempty"`
	// Proof is what was entered instead of a call through the box: "met at the gate, photo 3".
	Proof string `cbor:"10,keyasint,omitempty" json:"proof,omitempty"`
	Note  string `cbor:"11,keyasint,omitempty" json:"note,omitempty"`
}

// Outbound reports whether it shows that the dealership has spoken with the customer at its own initiative.
func (a Attempt) Outbound() bool { return a.Result == Reached && !a.Inbound }

// Part is a part of the day in which customers may be called: "09:00" to "12:00" in the dealership's zone.
type Part struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Plan says how customers are tried.
type Plan struct {
	Attempts int    `json:"attempts"` // time slots in vain after which a customer is unreachable
	Parts    []Part `json:"parts"`    // in rising order
	// BusyRetry is how soon a busy number is tried again in the same slot, at most BusyTries times a slot.
	BusyRetry time.Duration `json:"-"`
	BusyTries int           `json:"-"`
}

// DefaultPlan is three attempts in mornings, afternoons and evenings, within the hours in which customers are called:
// 09:00 to 20:00.
func DefaultPlan() Plan {
	return Plan{
		Attempts: 3, BusyRetry: 10 * time.Minute, BusyTries: 2,
		Parts: []Part{{"09:00", "12:00"}, {"12:00", "17:00"}, {"17:00", "20:00"}},
	}
}

// Check returns what is wrong with the plan.
func (p Plan) Check() (wrong fault.Fields) {
	if p.Attempts < 1 || p.Attempts > 20 {
		wrong.Add("attempts", "contact.attempts", "%d is not within 1 and 20", p.Attempts)
	}
	if len(p.Parts) == 0 {
		wrong.Add("parts", "contact.parts_missing", "customers are called at no time of the day")
	}
	last := 0
	for i, part := range p.Parts {
		path := fmt.Sprintf("parts[%d]", i)
		from, to := minuteOf(part.From), minuteOf(part.To)
		switch {
		case from < 0:
			wrong.Add(path+".from", "contact.time", "%q is no time of day like 09:00", part.From)
		case to < 0:
			wrong.Add(path+".to", "contact.time", "%q is no time of day like 09:00", part.To)
		case to <= from || from < last:
			wrong.Add(path, "contact.order", "%s to %s does not follow what comes before it", part.From, part.To)
		}
		last = to
	}
	return wrong
}

func minuteOf(s string) int {
	if s == "24:00" {
		return 24 * 60
	}
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != 5 {
		return -1
	}
	return t.Hour()*60 + t.Minute()
}

// slot is a part of one day.
type slot struct {
	day  string
	part int
}

// slotOf is the slot of a moment; the part is -1 outside the hours.
func (p Plan) slotOf(t time.Time) slot {
	minute := t.Hour()*60 + t.Minute()
	for i, part := range p.Parts {
		if minute >= minuteOf(part.From) && minute < minuteOf(part.To) {
			return slot{t.Format(time.DateOnly), i}
		}
	}
	return slot{t.Format(time.DateOnly), -1}
}

// Slots counts the time slots in which attempts were in vain. An attempt outside the hours counts as one of the day.
func (p Plan) Slots(attempts []Attempt, zone *time.Location) int {
	seen := map[slot]bool{}
	for _, a := range attempts {
		if vain(a) {
			seen[p.slotOf(a.At.In(zone))] = true
		}
	}
	return len(seen)
}

func vain(a Attempt) bool {
	return !a.Inbound && (a.Result == Busy || a.Result == NoAnswer || a.Result == PoweredOff)
}

// Verdict is what follows from the attempts so far.
type Verdict struct {
	Reached bool      // the last attempt reached the customer
	GiveUp  bool      // the customer is unreachable
	Reason  Result    // why it is given up: NoAnswer, WrongNumber, Refused
	Next    time.Time // when the next attempt may be made; zero when Reached or GiveUp
	Number  string    // which number to try
}

// Next says what follows, for a customer with these numbers, the first being tried first. A wrong number is not tried again;
// attempts in vain change from one number to the next.
func (p Plan) Next(attempts []Attempt, numbers []string, now time.Time, zone *time.Location) Verdict {
	var last Attempt
	wrong := map[string]bool{}
	for _, a := range attempts {
		last = a
		if a.Result == WrongNumber {
			wrong[a.Number] = true
		}
	}
	left := slices.DeleteFunc(slices.Clone(numbers), func(n string) bool { return n == "" || wrong[n] })
	switch {
	case last.Result == Reached:
		return Verdict{Reached: true}
	case last.Result == Refused:
		return Verdict{GiveUp: true, Reason: Refused}
	case len(left) == 0:
		return Verdict{GiveUp: true, Reason: WrongNumber}
	case p.Slots(attempts, zone) >= p.Attempts:
		return Verdict{GiveUp: true, Reason: NoAnswer}
	}
	return Verdict{Next: p.when(attempts, last, now, zone), Number: left[p.Slots(attempts, zone)%len(left)]}
}

// when is the earliest moment for the next attempt.
func (p Plan) when(attempts []Attempt, last Attempt, now time.Time, zone *time.Location) time.Time {
	now = now.In(zone)
	if !vain(last) {
		return p.inHours(now)
	}
	tried := p.slotOf(last.At.In(zone))
	if last.Result == Busy && tried.part >= 0 {
		busy := 0
		for _, a := range attempts {
			if a.Result == Busy && p.slotOf(a.At.In(zone)) == tried {
				busy++
			}
		}
		if again := last.At.In(zone).Add(p.BusyRetry); busy <= p.BusyTries && p.slotOf(again) == tried {
			return later(again, now)
		}
	}
	at := p.inHours(now)
	for p.slotOf(at) == tried {
		at = p.inHours(end(at, p.Parts[tried.part]))
	}
	return at
}

// inHours is t, or the beginning of the next part of a day when t lies in none.
func (p Plan) inHours(t time.Time) time.Time {
	for range 3 { // today, tomorrow, and the day after a change of the clocks
		minute := t.Hour()*60 + t.Minute()
		for _, part := range p.Parts {
			from := minuteOf(part.From)
			if minute < from {
				return at(t, from)
			}
			if minute < minuteOf(part.To) {
				return t
			}
		}
		t = at(t.AddDate(0, 0, 1), 0)
	}
	return t
}

func end(t time.Time, p Part) time.Time { return at(t, minuteOf(p.To)) }

// at is a minute of the day on which t falls.
func at(t time.Time, minute int) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, minute, 0, 0, t.Location())
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
