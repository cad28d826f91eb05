package ticket

import (
	"slices"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
)

// Limits of types, far above what a dealership has.
const (
	maxTypes  = 100
	maxWithin = 366 * 24 * 60 // minutes
)

// CheckTypes returns what is wrong with the types of tickets. hasClock and hasRole know calendars and roles.
func CheckTypes(types []Type, hasClock, hasRole func(string) bool) fault.Fields {
	k := books.Checker{}
	if len(types) > maxTypes {
		k.Wrong("", "ticket.too_many", "%d types, at most %d", len(types), maxTypes)
		return k.Found
	}
	ids, prefixes := map[string]bool{}, map[string]bool{}
	for i := range types {
		t, in := types[i], books.Checker{}
		for path, s := range map[string]*string{"id": &t.ID, "name": &t.Name} {
			if in.Line(path, s, maxTypes); *s == "" {
				in.Wrong(path, "ticket.missing", "must not be empty")
			}
		}
		if ids[t.ID] {
			in.Wrong("id", "ticket.twice", "%q is there twice", t.ID)
		}
		if prefixes[t.Prefix] {
			in.Wrong("prefix", "ticket.twice", "%q is there twice: numbers would be mistaken for another type's", t.Prefix)
		}
		ids[t.ID], prefixes[t.Prefix] = true, true
		t.checkRules(&in)
		t.checkTargets(&in, hasClock, hasRole)
		for j, id := range t.Becomes {
			if id == t.ID || !slices.ContainsFunc(types, func(o Type) bool { return o.ID == id }) {
				in.Wrong(books.Indexed("becomes", j), "ticket.type_unknown", "%q is no other type", books.Shorten(id))
			}
		}
		k.Found.Under(books.Indexed("", i), in.Found)
	}
	return k.Found
}

func (t *Type) checkRules(k *books.Checker) {
	if t.Prefix == "" || len(t.Prefix) > 4 || slices.ContainsFunc([]byte(t.Prefix), func(c byte) bool { return c < 'A' || c > 'Z' }) {
		k.Wrong("prefix", "ticket.prefix", "%q is not one to four capital letters", books.Shorten(t.Prefix))
	}
	k.OneOf("priority", "ticket.priority_unknown", string(t.Priority), "", string(Low), string(Normal), string(High), string(Urgent))
	k.OneOf("closing.contact", "ticket.closing_unknown", t.Closing.Contact, "", ContactOutbound, ContactAny, ContactNone)
	k.Within("head_start_minutes", "ticket.minutes", int(t.Head), 0, 24*60)
	seen := map[string]bool{}
	for i, f := range t.Fields {
		path := books.Indexed("fields", i)
		if f.ID == "" || seen[f.ID] {
			k.Wrong(path+".id", "ticket.twice", "%q is empty or there twice", f.ID)
		}
		seen[f.ID] = true
		k.OneOf(path+".kind", "ticket.field_unknown", f.Kind, TextField, NumberField, DateField, ChoiceField, PhoneField)
		k.OneOf(path+".required", "ticket.step_unknown", f.Required, "", AtCreate, AtResolve, AtClose)
		if f.Name == "" {
			k.Wrong(path+".name", "ticket.missing", "must not be empty")
		}
		if f.Kind == ChoiceField && len(f.Choices) == 0 {
			k.Wrong(path+".choices", "ticket.missing", "there is nothing to choose from")
		}
	}
}

func (t *Type) checkTargets(k *books.Checker, hasClock, hasRole func(string) bool) {
	for i, g := range t.Targets {
		path := books.Indexed("targets", i)
		k.OneOf(path+".of", "ticket.target_unknown", g.Of, OfContact, OfDispatch, OfProgress, OfResolution, OfClosure)
		k.Within(path+".within_minutes", "ticket.minutes", int(g.Within), 1, maxWithin)
		if g.Clock != "" && !hasClock(g.Clock) {
			k.Wrong(path+".clock", "ticket.calendar_unknown", "there is no calendar %q", books.Shorten(g.Clock))
		}
		for j, r := range g.Ladder {
			rung := path + "." + books.Indexed("ladder", j)
			k.Within(rung+".after_minutes", "ticket.minutes", int(r.After), 0, maxWithin)
			if r.Role != RoleOwner && !hasRole(r.Role) {
				k.Wrong(rung+".role", "ticket.role_unknown", "there is no role %q", books.Shorten(r.Role))
			}
			if len(r.By) == 0 {
				k.Wrong(rung+".by", "ticket.missing", "nobody would hear of it")
			}
			for _, by := range r.By {
				k.OneOf(rung+".by", "ticket.way_unknown", by, ByConsole, BySMS, ByCall)
			}
		}
	}
}
