package api

import (
	"context"
	"net/http"
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// StoredCustomer is a customer as stored.
type StoredCustomer struct {
	crm.Customer
	Rev uint64 `json:"rev" doc:"The revision, as in the ETag"`
}

func showCustomer(c crm.Customer) StoredCustomer { return StoredCustomer{c, c.Meta.Rev} }

// CustomerFields is what people decide about a customer. A PUT replaces all of it: what is absent is emptied.
type CustomerFields struct {
	Kind     string          `json:"kind,omitempty" enum:"person,company"`
	Name     string          `json:"name" maxLength:"100"`
	Phones   []CustomerPhone `json:"phones,omitempty" maxItems:"10" nullable:"false" doc:"The first is tried first"`
	WeChat   string          `json:"wechat,omitempty" maxLength:"200"`
	Email    string          `json:"email,omitempty" maxLength:"200"`
	Address  string          `json:"address,omitempty" maxLength:"200"`
	VIP      bool            `json:"vip,omitempty"`
	Tier     string          `json:"tier,omitempty" maxLength:"1" doc:"A to F; absent: as reckoned from visits"`
	Tags     []string        `json:"tags,omitempty" maxItems:"30" nullable:"false"`
	Consent  crm.Consent     `json:"consent,omitzero" required:"false"`
	Language string          `json:"language,omitempty" maxLength:"10" doc:"zh-CN or en; absent: the dealership's"`
	Notes    string          `json:"notes,omitempty" maxLength:"4000"`
	Contact  string          `json:"contact,omitempty" maxLength:"100" doc:"Whom to ask for at a company"`
	Advisor  string          `json:"advisor,omitempty" maxLength:"200" doc:"An agent's id"`
	Birthday string          `json:"birthday,omitempty" maxLength:"10" doc:"2026-05-01"`
	Gender   string          `json:"gender,omitempty" maxLength:"1" doc:"m or f"`
}

// CustomerPhone is one of a customer's numbers.
type CustomerPhone struct {
	Number    string `json:"number" maxLength:"40"`
	Label     string `json:"label,omitempty" maxLength:"30"`
	DoNotCall bool   `json:"do_not_call,omitempty"`
}

// onto puts the fields into a customer.
func (f CustomerFields) onto(c crm.Customer) crm.Customer {
	c.Kind, c.Name, c.WeChat, c.Email, c.Address, c.VIP, c.Tier, c.Tags = f.Kind, f.Name, f.WeChat, f.Email, f.Address, f.VIP, f.Tier, f.Tags
	c.Consent, c.Language, c.Notes, c.Contact, c.Advisor = f.Consent, f.Language, f.Notes, f.Contact, f.Advisor
	c.Birthday, c.Gender, c.Phones = crm.Date(f.Birthday), f.Gender, nil
	for _, p := range f.Phones {
		c.Phones = append(c.Phones, crm.Phone(p))
	}
	return c
}

type customerOutput struct {
	ETag string `header:"ETag"`
	Body StoredCustomer
}

func answerCustomer(c crm.Customer, err error) (*customerOutput, error) {
	return &customerOutput{ETag(c.Meta.Rev), showCustomer(c)}, err
}

type customersInput struct {
	Paging
	Sort   string `query:"sort" enum:"created,-created" default:"-created"`
	Kind   string `query:"kind" enum:"person,company"`
	Tier   string `query:"tier" maxLength:"1"`
	Tag    string `query:"tag" maxLength:"30"`
	Source string `query:"source" maxLength:"200" doc:"Such as import:ID"`
	VIP    bool   `query:"vip"`
}

type customersOutput struct{ Body Page[StoredCustomer] }

type findInput struct {
	Query string `query:"q" maxLength:"100" doc:"A number, plate, VIN or name, whole or in part; names also by pinyin and initials"`
	Limit int    `query:"limit" minimum:"1" maximum:"50" default:"20"`
}

// Hits are what a search found, best first.
type Hits struct {
	Items []crm.Hit `json:"items" nullable:"false"`
}

type hitsOutput struct{ Body Hits }

// KnownCallers are the customers who have a number.
type KnownCallers struct {
	Items []crm.Known `json:"items" nullable:"false"`
}

type knownCallersOutput struct{ Body KnownCallers }

type knownOutput struct{ Body crm.Known }

type createCustomerInput struct {
	Anew bool `query:"anew" doc:"It is another one although there seems to be such a customer"`
	Body CustomerFields
}

type updateCustomerInput struct {
	IDInput
	IfMatch
	Body CustomerFields
}

type deleteByMatchInput struct {
	IDInput
	IfMatch
}

// Duplicates are customers who seem to be the same as another.
type Duplicates struct {
	Items []crm.Duplicate `json:"items" nullable:"false"`
}

type duplicatesOutput struct{ Body Duplicates }

// customers are the dealership's customers.
func customers(a *API) {
	op := func(id, method, path, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: method, Path: path, Tag: "customers", Summary: summary, Perm: perm}
	}
	Add(a, op("list-customers", http.MethodGet, "/customers",
		"The customers, newest first. A page may be short although there are more", account.CustomersRead), a.listCustomers)
	Add(a, op("find-customers", http.MethodGet, "/customers/search", "Customers and vehicles by whatever is known of them", account.CustomersRead), a.findCustomers)
	Add(a, op("find-caller", http.MethodGet, "/callers/{number}", "Who has a number, with their vehicles today", account.CustomersRead), a.findCaller)
	create := op("create-customer", http.MethodPost, "/customers",
		"Make a customer; customer.duplicate when there seems to be such a one", account.CustomersWrite)
	create.Status = http.StatusCreated
	Add(a, create, a.createCustomer)
	Add(a, op("find-duplicates", http.MethodPost, "/customers/duplicates", "Who seems to be the same as somebody", account.CustomersRead), a.findDuplicates)
	Add(a, op("get-customer", http.MethodGet, "/customers/{id}", "One customer; of one who was merged, the one merged into", account.CustomersRead), a.getCustomer)
	Add(a, op("update-customer", http.MethodPut, "/customers/{id}", "Change a customer", account.CustomersWrite), a.updateCustomer)
	Add(a, op("delete-customer", http.MethodDelete, "/customers/{id}", "Remove a customer and what was merged into it; vehicles and visits stay", account.CustomersWrite), a.deleteCustomer)
	Add(a, op("get-known-customer", http.MethodGet, "/customers/{id}/known", "A customer with value and vehicles today", account.CustomersRead), a.getKnown)
	Add(a, op("list-customer-vehicles", http.MethodGet, "/customers/{id}/vehicles", "A customer's vehicles", account.CustomersRead), a.listCustomerVehicles)
	Add(a, op("get-time-line", http.MethodGet, "/customers/{id}/timeline", "What happened between a customer and the dealership, newest first",
		account.CustomersRead), a.getTimeLine)
}

// here is the time in the dealership's zone, whose days count.
func (a *API) here() time.Time {
	if a.Zone == nil {
		return time.Now()
	}
	return time.Now().In(a.Zone())
}

func (a *API) listCustomers(_ context.Context, in *customersInput) (*customersOutput, error) {
	after, err := decodeCursor("list-customers", in.Cursor)
	if err != nil {
		return nil, err
	}
	f := crm.CustomerFilter{Kind: in.Kind, Tier: in.Tier, Tag: in.Tag, Source: in.Source, VIP: in.VIP}
	list, next, err := a.Book.Customers(f, books.Range{After: after, Down: in.Sort == "-created", Limit: in.Limit})
	return &customersOutput{ranged("list-customers", list, next, showCustomer)}, err
}

// ranged makes a page of records of which it is known where they go on.
func ranged[T, V any](op string, list []T, next string, show func(T) V) Page[V] {
	p := Page[V]{Items: make([]V, len(list))}
	for i, v := range list {
		p.Items[i] = show(v)
	}
	if next != "" {
		p.NextCursor = encodeCursor(op, next)
	}
	return p
}

func (a *API) findCustomers(_ context.Context, in *findInput) (*hitsOutput, error) {
	hits, err := a.Book.Find(in.Query, in.Limit)
	if hits == nil {
		hits = []crm.Hit{}
	}
	return &hitsOutput{Hits{hits}}, err
}

func (a *API) findCaller(_ context.Context, in *struct {
	Number string `path:"number" maxLength:"40"`
},
) (*knownCallersOutput, error) {
	list, err := a.Book.ByPhone(in.Number, a.here())
	if list == nil {
		list = []crm.Known{}
	}
	return &knownCallersOutput{KnownCallers{list}}, err
}

func (a *API) createCustomer(ctx context.Context, in *createCustomerInput) (*customerOutput, error) {
	c := in.Body.onto(crm.Customer{})
	c.Source = "api"
	return answerCustomer(a.Book.Create(ctx, books.By(ByOf(ctx)), c, in.Anew))
}

func (a *API) findDuplicates(_ context.Context, in *struct{ Body CustomerFields }) (*duplicatesOutput, error) {
	c := in.Body.onto(crm.Customer{})
	if bad := c.Check(); bad != nil {
		return nil, bad
	}
	list, err := a.Book.Duplicates(c)
	if list == nil {
		list = []crm.Duplicate{}
	}
	return &duplicatesOutput{Duplicates{list}}, err
}

func (a *API) getCustomer(_ context.Context, in *IDInput) (*customerOutput, error) {
	return answerCustomer(a.Book.Customer(in.ID))
}

// read is the customer that a client has read under a revision. One who was merged since leads to another one, whose
// revision may be the same number: that is not what was read.
func (a *API) read(id string, m IfMatch) (crm.Customer, error) {
	c, err := a.Book.Customer(id)
	if err == nil {
		err = m.Check(c.Meta.Rev)
	}
	if err == nil && c.ID != store.TextID(store.IDKey(id)) {
		err = stale()
	}
	return c, err
}

func (a *API) updateCustomer(ctx context.Context, in *updateCustomerInput) (*customerOutput, error) {
	old, err := a.read(in.ID, in.IfMatch)
	if err != nil {
		return nil, err
	}
	return answerCustomer(a.Book.Update(ctx, books.By(ByOf(ctx)), in.Body.onto(old)))
}

func (a *API) deleteCustomer(ctx context.Context, in *deleteByMatchInput) (*struct{}, error) {
	old, err := a.read(in.ID, in.IfMatch)
	if err != nil {
		return nil, err
	}
	return nil, a.Book.Delete(ctx, books.By(ByOf(ctx)), old.ID, old.Meta.Rev)
}

func (a *API) getKnown(_ context.Context, in *IDInput) (*knownOutput, error) {
	k, err := a.Book.Known(in.ID, a.here())
	return &knownOutput{k}, err
}
