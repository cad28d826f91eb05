package ticket

import (
	"cmp"
	"maps"
	"slices"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
)

// Template is a ticket half written, for what customers ask for again and again.
type Template struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	Type       string            `json:"type"`
	Subject    string            `json:"subject,omitempty"`
	Body       string            `json:"body,omitempty"`
	Priority   Priority          `json:"priority,omitempty"`
	Department string            `json:"department,omitempty"`
	Form       map[string]string `json:"form,omitempty"`
	Tags       []string          `json:"tags,omitempty" nullable:"false"`
}

// Fill gives a ticket what it lacks. What somebody has written stays.
func (p Template) Fill(t Ticket) Ticket {
	t.Type, t.Subject, t.Body = cmp.Or(t.Type, p.Type), cmp.Or(t.Subject, p.Subject), cmp.Or(t.Body, p.Body)
	t.Priority, t.Department = cmp.Or(t.Priority, p.Priority), cmp.Or(t.Department, p.Department)
	form := maps.Clone(p.Form)
	for id, v := range t.Form {
		if form == nil {
			form = map[string]string{}
		}
		if v != "" || form[id] == "" {
			form[id] = v
		}
	}
	t.Form = form
	t.Tags = slices.Clone(t.Tags)
	for _, tag := range p.Tags {
		if !slices.Contains(t.Tags, tag) {
			t.Tags = append(t.Tags, tag)
		}
	}
	return t
}

// maxTemplates bounds templates.
const maxTemplates = 200

// CheckTemplates returns what is wrong with templates of these types. What a form requires need not be there: it is asked for when
// a ticket is opened.
func CheckTemplates(list []Template, types []Type) fault.Fields {
	k := books.Checker{}
	if len(list) > maxTemplates {
		k.Wrong("", "ticket.too_many", "%d templates, at most %d", len(list), maxTemplates)
		return k.Found
	}
	rules := &Rules{Types: types}
	seen := map[string]bool{}
	for i, p := range list {
		in := books.Checker{}
		for path, s := range map[string]*string{"id": &p.ID, "name": &p.Name} {
			if in.Line(path, s, maxSubject); *s == "" {
				in.Wrong(path, "ticket.missing", "must not be empty")
			}
		}
		if seen[p.ID] {
			in.Wrong("id", "ticket.twice", "%q is there twice", p.ID)
		}
		seen[p.ID] = true
		typ, ok := rules.Type(p.Type)
		if !ok {
			in.Wrong("type", "ticket.type_unknown", "%q is no type of tickets", books.Shorten(p.Type))
			typ = &Type{}
		}
		in.Line("subject", &p.Subject, maxSubject)
		in.Text("body", &p.Body, maxText)
		in.Line("department", &p.Department, maxLine)
		in.OneOf("priority", "ticket.priority_unknown", string(p.Priority), "", string(Low), string(Normal), string(High), string(Urgent))
		lists(&in, "tags", p.Tags)
		for _, id := range slices.Sorted(maps.Keys(p.Form)) {
			if ok && !slices.ContainsFunc(typ.Fields, func(f Field) bool { return f.ID == id }) {
				in.Wrong("form."+id, "ticket.field_unknown", "the type has no such field")
			}
		}
		(&Ticket{Form: maps.Clone(p.Form)}).checkForm(&in, typ, "")
		k.Found.Under(books.Indexed("", i), in.Found)
	}
	return k.Found
}
