package crm

import (
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/merge"
	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/care/books"
)

// The kinds of customers.
const (
	Person  = "person"
	Company = "company"
)

// Customer is a person or a company. CBOR numbers are never reused.
type Customer struct {
	Meta    merge.Meta `cbor:"0,keyasint,omitzero" json:"-"`
	ID      string     `cbor:"1,keyasint" json:"id"`
	Kind    string     `cbor:"2,keyasint" json:"kind"`
	Name    string     `cbor:"3,keyasint" json:"name"`
	Phones  []Phone    `cbor:"4,keyasint,omitempty" json:"phones,omitempty" nullable:"false"` // the first is tried first
	WeChat  string     `cbor:"5,keyasint,omitempty" json:"wechat,omitempty"`
	Email   string     `cbor:"6,keyasint,omitempty" json:"email,omitempty"`
	Address string     `cbor:"7,keyasint,omitempty" json:"address,omitempty"`
	// VIP callers get a head start in queues.
	VIP bool `cbor:"8,keyasint,omitempty" json:"vip,omitempty"`
	// Tier is the value that people set, A to F; empty: as reckoned from visits (see Value).
	Tier     string   `cbor:"9,keyasint,omitempty" json:"tier,omitempty"`
	Tags     []string `cbor:"10,keyasint,omitempty" json:"tags,omitempty" nullable:"false"`
	Consent  Consent  `cbor:"11,keyasint,omitzero" json:"consent,omitzero"`
	Language string   `cbor:"12,keyasint,omitempty" json:"language,omitempty"` // "zh-CN" or "en"; empty: the dealership's
	Notes    string   `cbor:"13,keyasint,omitempty" json:"notes,omitempty"`
	Contact  string   `cbor:"14,keyasint,omitempty" json:"contact,omitempty"` // whom to ask for at a company
	Advisor  string   `cbor:"15,keyasint,omitempty" json:"advisor,omitempty"` // agent id of the service advisor
	Birthday Date     `cbor:"16,keyasint,omitempty" json:"birthday,omitempty"`
	Source   string   `cbor:"17,keyasint,omitempty" json:"source,omitempty"` // "call", "api", "import:ID"
	// CreatedAt is when the record was made.
	CreatedAt time.Time `cbor:"18,keyasint" json:"created_at"`
	// MergedInto is the customer this record became part of; such a record is kept, but not found.
	MergedInto string `cbor:"19,keyasint,omitempty" json:"merged_into,omitempty"`
	// Merged are the records that became part of this one, directly or not.
	Merged []string `cbor:"20,keyasint,omitempty" json:"merged,omitempty" nullable:"false"`
	Gender string   `cbor:"21,keyasint,omitempty" json:"gender,omitempty"` // "m", "f" or unknown: 先生 or 女士
}

// Phone is one of a customer's numbers.
type Phone struct {
	Number    string `cbor:"1,keyasint" json:"number"` // normalised
	Label     string `cbor:"2,keyasint,omitempty" json:"label,omitempty"`
	DoNotCall bool   `cbor:"3,keyasint,omitempty" json:"do_not_call,omitempty"`
}

// Consent is what the customer agreed to, and when (Personal Information Protection Law, articles 13 to 15).
type Consent struct {
	Marketing bool      `cbor:"1,keyasint,omitempty" json:"marketing,omitempty"`
	At        time.Time `cbor:"2,keyasint,omitzero" json:"at,omitzero"`
	How       string    `cbor:"3,keyasint,omitempty" json:"how,omitempty"` // "call", "paper", "wechat"
	// DoNotCall: no call but the answer to one; DoNotText: no SMS but what was asked for.
	DoNotCall bool `cbor:"4,keyasint,omitempty" json:"do_not_call,omitempty"`
	DoNotText bool `cbor:"5,keyasint,omitempty" json:"do_not_text,omitempty"`
}

// Limits of what a record may hold. Longer things are mistakes or attacks.
const (
	maxName    = 100
	maxLine    = 200
	maxNotes   = 4000
	maxPhones  = 10
	maxTags    = 30
	maxTag     = 30
	maxReading = 200 // odometer readings kept with a vehicle
)

// Check tidies the record (blanks, the form of numbers) and returns what is wrong with it.
func (c *Customer) Check() fault.Fields {
	k := checker{}
	if c.Kind == "" {
		c.Kind = Person
	}
	k.OneOf("kind", "customer.kind_unknown", c.Kind, Person, Company)
	k.Line("name", &c.Name, maxName)
	if c.Name == "" {
		k.Wrong("name", "customer.name_missing", "a name is needed")
	}
	c.checkPhones(&k)
	k.Line("wechat", &c.WeChat, maxLine)
	k.Line("email", &c.Email, maxLine)
	if _, err := mail.ParseAddress(c.Email); c.Email != "" && (err != nil || strings.ContainsAny(c.Email, "<> ")) {
		k.Wrong("email", "customer.email_invalid", "%q is no e-mail address", c.Email)
	}
	k.Line("address", &c.Address, maxLine)
	k.OneOf("tier", "customer.tier_unknown", c.Tier, "", "A", "B", "C", "D", "E", "F")
	k.tags("tags", &c.Tags)
	k.OneOf("language", "customer.language_unknown", c.Language, "", "zh-CN", "en")
	k.OneOf("gender", "customer.gender_unknown", c.Gender, "", "m", "f")
	k.Text("notes", &c.Notes, maxNotes)
	k.Line("contact", &c.Contact, maxName)
	k.Line("advisor", &c.Advisor, maxLine)
	k.Line("source", &c.Source, maxLine)
	k.Line("consent.how", &c.Consent.How, maxLine)
	k.date("birthday", c.Birthday)
	return k.Found
}

func (c *Customer) checkPhones(k *checker) {
	c.Phones = slices.DeleteFunc(slices.Clone(c.Phones), func(p Phone) bool { return strings.TrimSpace(p.Number) == "" })
	if len(c.Phones) > maxPhones {
		k.Wrong("phones", "customer.too_many_phones", "%d numbers, at most %d", len(c.Phones), maxPhones)
		return
	}
	seen := map[string]bool{}
	for i := range c.Phones {
		p, path := &c.Phones[i], books.Indexed("phones", i)
		k.Line(path+".label", &p.Label, maxTag)
		number := phone.Normalize(books.HalfWidth(p.Number))
		switch {
		case !phone.Valid(number), strings.ContainsFunc(p.Number, unicode.IsLetter): // 137xx0013xx: some digits are not known
			k.Wrong(path+".number", "customer.phone_invalid", "%q is no telephone number", books.Shorten(p.Number))
		case seen[number]:
			k.Wrong(path+".number", "customer.phone_twice", "%s stands there twice", phone.Mask(number))
		}
		p.Number, seen[number] = number, true
	}
	if len(c.Phones) == 0 {
		c.Phones = nil
	}
}

// HasPhone reports whether a normalised number is one of the customer's.
func (c *Customer) HasPhone(number string) bool {
	return slices.ContainsFunc(c.Phones, func(p Phone) bool { return p.Number == number })
}

// IDs are the ids under which the customer has been known: its own and those of the records merged into it.
func (c *Customer) IDs() []string { return append([]string{c.ID}, c.Merged...) }
