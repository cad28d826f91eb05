package roster

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/base/workday"
)

// Settings are the people and the on-call lists.
type Settings struct {
	People []Person `json:"people,omitempty" nullable:"false"`
	Duties []Duty   `json:"duties,omitempty" nullable:"false"`
}

// Person is somebody who may be called on duty.
type Person struct {
	ID         string   `json:"id"` // of the user or the agent
	Name       string   `json:"name"`
	Phone      string   `json:"phone,omitempty"`  // where he is called; a Roster holds it normalised
	Mobile     string   `json:"mobile,omitempty"` // where SMS go, and calls when there is no phone; needed when the phone is an extension
	Role       Role     `json:"role"`
	Department string   `json:"department,omitempty"` // empty: all of them
	Skills     []string `json:"skills,omitempty" nullable:"false"`
	Place      *Place   `json:"place,omitempty"`                     // where he starts from; nil: the dealership
	Vehicles   []string `json:"vehicles,omitempty" nullable:"false"` // of the dealership that he drives, by plate
	Away       []Away   `json:"away,omitempty" nullable:"false"`
}

// Away are days on which somebody is not to be called, the first and the last included: 2026-10-01 to 2026-10-07.
type Away struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Duty is an on-call list.
type Duty struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Kind is what the people on it are called for, a type of ticket as "rescue"; empty: only where the list is named.
	Kind string `json:"kind,omitempty"`
	// Role is the role that the people on the list hold while they are on it, whatever their own is; empty: none.
	Role       Role       `json:"role,omitempty"`
	Department string     `json:"department,omitempty"` // whose role; empty: of all
	Shifts     []Shift    `json:"shifts" nullable:"false"`
	Overrides  []Override `json:"overrides,omitempty" nullable:"false"`
}

// Shift is a part of some days and who is on duty then, first whom to call first.
type Shift struct {
	Days   []string `json:"days" nullable:"false"` // "mon" … "sun", or dates: "2026-10-01"
	From   string   `json:"from"`                  // "08:30"
	To     string   `json:"to"`                    // not after From: of the next day; the same: all of 24 hours
	People []string `json:"people" nullable:"false"`
}

// Override replaces the shifts that begin on a day. No shifts: nobody is on duty.
type Override struct {
	Date   string  `json:"date"`
	Shifts []Shift `json:"shifts,omitempty" nullable:"false"` // their days are empty
}

// Limits of the settings, far above what a dealership has.
const (
	maxPeople = 2000
	maxDuties = 200
	maxShifts = 500 // of a list, and of an override
	maxText   = 100 // characters
	maxList   = 100 // skills, vehicles, absences of a person; people of a shift
)

// Validate returns everything that is wrong, each with its field.
func (s Settings) Validate() fault.Fields {
	k := checker{people: map[string]bool{}}
	if k.count("people", len(s.People), maxPeople) {
		for i, p := range s.People {
			k.found.Under(indexed("people", i), k.person(p))
		}
	}
	lists := map[string]bool{}
	if k.count("duties", len(s.Duties), maxDuties) {
		for i, d := range s.Duties {
			k.id(indexed("duties", i)+".id", d.ID, lists)
			k.duty(indexed("duties", i), d)
		}
	}
	return k.found
}

// checker gathers what is wrong.
type checker struct {
	found  fault.Fields
	people map[string]bool // whom shifts may name
}

func (k *checker) person(p Person) fault.Fields {
	in := checker{}
	in.id("id", p.ID, k.people)
	in.name("name", p.Name)
	in.text("department", p.Department)
	if p.Phone != "" && !phone.Valid(phone.Normalize(p.Phone)) {
		in.found.Add("phone", "customer.phone_invalid", "%q is no telephone number", shorten(p.Phone))
	}
	if p.Mobile != "" && !phone.Valid(phone.Normalize(p.Mobile)) {
		in.found.Add("mobile", "customer.phone_invalid", "%q is no telephone number", shorten(p.Mobile))
	}
	if !p.Role.known() {
		in.found.Add("role", "roster.role_unknown", "%q is none of %v", shorten(string(p.Role)), Roles())
	}
	in.words("skills", p.Skills)
	in.words("vehicles", p.Vehicles)
	if p.Place != nil {
		in.found.Under("place", p.Place.Validate())
	}
	if in.count("away", len(p.Away), maxList) {
		for i, a := range p.Away {
			path := indexed("away", i)
			from, to := in.date(path+".from", a.From), in.date(path+".to", a.To)
			if from && to && a.To < a.From {
				in.found.Add(path, "roster.away_order", "%s is before %s", a.To, a.From)
			}
		}
	}
	return in.found
}

func (k *checker) duty(path string, d Duty) {
	k.name(path+".name", d.Name)
	k.text(path+".kind", d.Kind)
	k.text(path+".department", d.Department)
	if d.Role != "" && !d.Role.known() {
		k.found.Add(path+".role", "roster.role_unknown", "%q is none of %v", shorten(string(d.Role)), Roles())
	}
	k.shifts(path+".shifts", d.Shifts, true)
	if !k.count(path+".overrides", len(d.Overrides), maxShifts) {
		return
	}
	seen := map[string]bool{}
	for i, o := range d.Overrides {
		at := fmt.Sprintf("%s.overrides[%d]", path, i)
		if k.date(at+".date", o.Date) && seen[o.Date] {
			k.found.Add(at+".date", "roster.id_twice", "%s is there twice", o.Date)
		}
		seen[o.Date] = true
		k.shifts(at+".shifts", o.Shifts, false)
	}
}

func (k *checker) shifts(path string, shifts []Shift, days bool) {
	if !k.count(path, len(shifts), maxShifts) {
		return
	}
	for i, s := range shifts {
		at := indexed(path, i)
		k.days(at+".days", s.Days, days)
		k.timeOfDay(at+".from", s.From, s.From != "24:00") // that is 00:00 of the next day
		k.timeOfDay(at+".to", s.To, true)
		if len(s.People) == 0 {
			k.found.Add(at+".people", "roster.nobody", "nobody is in the shift")
		}
		if !k.count(at+".people", len(s.People), maxList) {
			continue
		}
		for n, id := range s.People {
			if !k.people[id] {
				k.found.Add(fmt.Sprintf("%s.people[%d]", at, n), "roster.person_unknown", "there is no person %q", shorten(id))
			}
		}
	}
}

func (k *checker) timeOfDay(path, text string, sound bool) {
	if _, err := workday.TimeOfDay(text); err != nil || !sound {
		k.found.Add(path, "roster.time_invalid", "%q is no time of day like 08:30", shorten(text))
	}
}

// days checks those of a shift; wanted is whether it has any.
func (k *checker) days(path string, days []string, wanted bool) {
	if wanted == (len(days) == 0) {
		k.found.Add(path, "roster.day_invalid", "%d days: a shift has some, that of an override none", len(days))
	}
	if !k.count(path, len(days), 400) { // the days of a year
		return
	}
	for i, d := range days {
		if _, ok := workday.Weekday(d); !ok {
			if _, err := time.Parse(time.DateOnly, d); err != nil {
				k.found.Add(indexed(path, i), "roster.day_invalid", "%q is neither a weekday like mon nor a date like 2026-10-01", shorten(d))
			}
		}
	}
}

func (k *checker) id(path, id string, seen map[string]bool) {
	switch {
	case id == "":
		k.found.Add(path, "roster.id_missing", "an id is needed")
	case seen[id]:
		k.found.Add(path, "roster.id_twice", "%q is there twice", shorten(id))
	}
	k.text(path, id)
	seen[id] = true
}

func (k *checker) name(path, name string) {
	if strings.TrimSpace(name) == "" {
		k.found.Add(path, "customer.name_missing", "a name is needed")
	}
	k.text(path, name)
}

func (k *checker) text(path, s string) {
	switch {
	case !utf8.ValidString(s):
		k.found.Add(path, "text.not_utf8", "the text is not UTF-8")
	case utf8.RuneCountInString(s) > maxText:
		k.found.Add(path, "text.too_long", "%d characters, at most %d", utf8.RuneCountInString(s), maxText)
	case strings.ContainsFunc(s, unicode.IsControl):
		k.found.Add(path, "text.control_character", "the text has a control character")
	}
}

func (k *checker) words(path string, words []string) {
	if !k.count(path, len(words), maxList) {
		return
	}
	for i, w := range words {
		if at := indexed(path, i); w == "" || slices.Contains(words[:i], w) {
			k.found.Add(at, "roster.id_twice", "%q is empty or there twice", shorten(w))
		} else {
			k.text(at, w)
		}
	}
}

func (k *checker) date(path, date string) bool {
	_, err := time.Parse(time.DateOnly, date)
	if err != nil {
		k.found.Add(path, "date.invalid", "%q is no date like 2026-10-01", shorten(date))
	}
	return err == nil
}

func (k *checker) count(path string, n, most int) bool {
	if n > most {
		k.found.Add(path, "roster.too_many", "%d, at most %d", n, most)
	}
	return n <= most
}

func indexed(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// shorten keeps what was sent out of messages where it is long.
func shorten(s string) string {
	if runes := []rune(strings.ToValidUTF8(s[:min(len(s), 200)], "�")); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return strings.ToValidUTF8(s, "�")
}
