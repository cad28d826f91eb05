package ticket

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
)

// Limits of what a ticket may hold. Longer things are mistakes or attacks.
const (
	maxSubject = 100
	maxLine    = 200
	maxText    = 4000
	maxPhones  = 10
	maxList    = 30
	maxLinks   = 500
)

// check tidies a ticket and returns what is wrong with it. at is the step whose fields are required.
func (t *Ticket) check(rules *Rules, at string) error {
	k := books.Checker{}
	typ, ok := rules.Type(t.Type)
	if !ok {
		if at == AtCreate {
			k.Wrong("type", "ticket.type_unknown", "%q is no type of tickets", books.Shorten(t.Type))
		}
		typ = &Type{ID: t.Type}
	}
	k.OneOf("priority", "ticket.priority_unknown", string(t.Priority), "", string(Low), string(Normal), string(High), string(Urgent))
	k.Line("subject", &t.Subject, maxSubject)
	if t.Subject == "" {
		k.Wrong("subject", "ticket.subject_missing", "a subject is needed")
	}
	k.Text("body", &t.Body, maxText)
	for path, s := range map[string]*string{
		"customer": &t.Customer, "name": &t.Name, "vehicle": &t.Vehicle, "plate": &t.Plate, "department": &t.Department, "owner": &t.Owner,
	} {
		k.Line(path, s, maxLine)
	}
	t.checkPhones(&k)
	lists(&k, "watchers", t.Watchers)
	lists(&k, "tags", t.Tags)
	if len(t.Links) > maxLinks || len(t.Relations) > maxLinks {
		k.Wrong("links", "ticket.too_many_links", "at most %d", maxLinks)
	}
	t.checkForm(&k, typ, at)
	if t.Complaint != nil {
		t.Complaint.check(&k, typ, rules.People)
	}
	if t.Owner != "" && at == AtCreate {
		if _, ok := rules.People.Person(t.Owner); !ok {
			k.Wrong("owner", "ticket.person_unknown", "%q is nobody of the roster", books.Shorten(t.Owner))
		}
	}
	return k.Found.Err()
}

func lists(k *books.Checker, path string, list []string) {
	if len(list) > maxList {
		k.Wrong(path, "ticket.too_many", "%d, at most %d", len(list), maxList)
		return
	}
	for i := range list {
		k.Line(books.Indexed(path, i), &list[i], maxLine)
	}
}

func (t *Ticket) checkPhones(k *books.Checker) {
	if len(t.Phones) > maxPhones {
		k.Wrong("phones", "customer.too_many_phones", "%d numbers, at most %d", len(t.Phones), maxPhones)
		return
	}
	for i, p := range t.Phones {
		n := phone.Normalize(books.HalfWidth(p))
		if !phone.Valid(n) {
			k.Wrong(books.Indexed("phones", i), "customer.phone_invalid", "%q is no telephone number", books.Shorten(p))
		}
		t.Phones[i] = n
	}
}

// checkForm checks the fields of the type's form. Fields that the type does not have (any more) are kept as they are.
func (t *Ticket) checkForm(k *books.Checker, typ *Type, at string) {
	if len(t.Form) > maxList*2 {
		k.Wrong("form", "ticket.too_many", "%d fields", len(t.Form))
		return
	}
	for _, f := range typ.Fields {
		v, path := t.Form[f.ID], "form."+f.ID
		k.Text(path, &v, maxText)
		if t.Form[f.ID] != v {
			t.Form[f.ID] = v
		}
		switch {
		case v == "" && at != "" && f.Required == at:
			k.Wrong(path, "ticket.form_missing", "%s is needed", f.Name)
		case v == "":
		case f.Kind == NumberField:
			if _, err := strconv.ParseFloat(v, 64); err != nil {
				k.Wrong(path, "ticket.form_number", "%q is no number", books.Shorten(v))
			}
		case f.Kind == DateField:
			if _, err := time.Parse(time.DateOnly, v); err != nil {
				k.Wrong(path, "date.invalid", "%q is no date like 2026-05-01", books.Shorten(v))
			}
		case f.Kind == ChoiceField && !slices.Contains(f.Choices, v):
			k.Wrong(path, "ticket.form_choice", "%q is none of the choices", books.Shorten(v))
		case f.Kind == PhoneField && !phone.Valid(phone.Normalize(v)):
			k.Wrong(path, "customer.phone_invalid", "%q is no telephone number", books.Shorten(v))
		}
	}
}

func (c *Complaint) check(k *books.Checker, typ *Type, people People) {
	for path, s := range map[string]*string{"cause": &c.Cause, "remedy": &c.Remedy, "prevention": &c.Prevention} {
		k.Text("complaint."+path, s, maxText)
	}
	for path, s := range map[string]*string{"about": &c.About, "responsible": &c.Responsible, "department": &c.Department, "category": &c.Category} {
		k.Line("complaint."+path, s, maxLine)
	}
	if c.Category != "" && !slices.Contains(typ.Categories, c.Category) {
		k.Wrong("complaint.category", "ticket.category_unknown", "%q is no category", books.Shorten(c.Category))
	}
	for path, id := range map[string]string{"about": c.About, "responsible": c.Responsible} {
		if _, ok := people.Person(id); id != "" && !ok {
			k.Wrong("complaint."+path, "ticket.person_unknown", "%q is nobody of the roster", books.Shorten(id))
		}
	}
	if c.Cost < 0 {
		k.Wrong("complaint.cost", "ticket.cost", "%d is less than nothing", c.Cost)
	}
}

// checkEvent tidies what people wrote in an event and returns what is wrong with it.
func (e *Edit) checkEvent(t *Ticket, ev *Event) error {
	k := books.Checker{}
	people := e.rules.People
	known := func(path, id string) {
		if _, ok := people.Person(id); !ok {
			k.Wrong(path, "ticket.person_unknown", "%q is nobody of the roster", books.Shorten(id))
		}
	}
	needed := func(path string, s *string) {
		if k.Text(path, s, maxText); *s == "" {
			k.Wrong(path, "ticket.reason_missing", "it must be said why")
		}
	}
	switch v := (*ev).(type) {
	case Assign:
		known("to", v.To)
	case Wait:
		if needed("why", &v.Why); !v.Until.After(e.now) || v.Until.Sub(e.now) > maxWait {
			k.Wrong("until", "ticket.until", "must lie ahead, %d days at most", int(maxWait/(24*time.Hour)))
		}
		*ev = v
	case Resolve:
		k.Text("text", &v.Text, maxText)
		*ev = v
	case Complete:
		k.Text("text", &v.Text, maxText)
		*ev = v
	case Tell:
		needed("text", &v.Text)
		*ev = v
	case Cancel:
		needed("why", &v.Why)
		*ev = v
	case Reopen:
		needed("why", &v.Why)
		*ev = v
	case Retype:
		v.Form = maps.Clone(v.Form)
		e.checkRetype(&k, t, &v)
		*ev = v
	case Contact:
		checkAttempt(&k, &v.Attempt, e.now)
		*ev = v
	case SendOut:
		k.Line("place.text", &v.Place.Text, maxLine)
		for i, c := range v.Choices {
			known(fmt.Sprintf("choices[%d]", i), c.Person)
		}
		*ev = v
	}
	return k.Found.Err()
}

// maxWait bounds waiting for a customer.
const maxWait = 90 * 24 * time.Hour

func checkAttempt(k *books.Checker, a *contact.Attempt, now time.Time) {
	if !slices.Contains(contact.Results(), a.Result) {
		k.Wrong("result", "contact.result_unknown", "%q is no result", books.Shorten(string(a.Result)))
	}
	if !a.Satisfaction.Known() {
		k.Wrong("satisfaction", "contact.satisfaction_unknown", "%q is no satisfaction", books.Shorten(string(a.Satisfaction)))
	}
	if a.At.IsZero() || a.At.After(now.Add(time.Minute)) {
		a.At = now
	}
	k.Text("note", &a.Note, maxText)
	k.Text("proof", &a.Proof, maxText)
}
