package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/account"
)

type byIDPaging struct {
	IDInput
	Paging
}

type entriesOutput struct{ Body Page[crm.Entry] }

func (a *API) getTimeLine(ctx context.Context, in *byIDPaging) (*entriesOutput, error) {
	after, err := decodeCursor("get-time-line", in.Cursor)
	if err != nil {
		return nil, err
	}
	var behind crm.Place
	if after != "" {
		if err := json.Unmarshal([]byte(after), &behind); err != nil {
			return nil, badCursor(err)
		}
	}
	list, next, err := a.Book.TimeLine(in.ID, behind, in.Limit)
	if err != nil {
		return nil, err
	}
	list = crm.For(CallerOf(ctx).User.Agent, list)
	out := &entriesOutput{Page[crm.Entry]{Items: append([]crm.Entry{}, list...)}}
	if next != nil {
		place, err := json.Marshal(next)
		if err != nil {
			return nil, err
		}
		out.Body.NextCursor = encodeCursor("get-time-line", string(place))
	}
	return out, nil
}

// ReviewIDInput names a pair: two ids.
type ReviewIDInput struct {
	ID string `path:"id" maxLength:"100"`
}

type pairsOutput struct{ Body Page[crm.Pair] }

// Mergings are those of one customer.
type Mergings struct {
	Items []crm.Merging `json:"items" nullable:"false"`
}

type mergingsOutput struct{ Body Mergings }

type mergingOutput struct{ Body crm.Merging }

type mergeInput struct {
	Body struct {
		Winner    string `json:"winner" maxLength:"64" doc:"Who takes over what the other has"`
		Loser     string `json:"loser" maxLength:"64"`
		WinnerRev uint64 `json:"winner_rev" doc:"The revision that was read"`
		LoserRev  uint64 `json:"loser_rev"`
	}
}

// Relatives are a customer's household, fleet and contacts.
type Relatives struct {
	Items []crm.Relative `json:"items" nullable:"false"`
}

type relativesOutput struct{ Body Relatives }

type relateInput struct {
	IDInput
	Body struct {
		Kind string `json:"kind" enum:"household,fleet,contact"`
		To   string `json:"to" maxLength:"64"`
		Role string `json:"role,omitempty" maxLength:"30"`
	}
}

type relationOutput struct{ Body crm.Relation }

type topInput struct {
	Limit int `query:"limit" minimum:"1" maximum:"500" default:"100"`
	After int `query:"after" minimum:"0" doc:"The rank behind which the list goes on"`
}

// TopCustomers are those who spent most in 12 months.
type TopCustomers struct {
	Items []crm.Valued `json:"items" nullable:"false"`
	Next  int          `json:"next,omitempty" doc:"The rank behind which the list goes on; absent at its end. A page may be short although there are more"`
}

type topOutput struct{ Body TopCustomers }

type reckoningOutput struct{ Body crm.Reckoning }

// ties are what joins customers: who is the same, who belongs together, who is worth what.
func ties(a *API) {
	op := func(id, method, path, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: method, Path: path, Tag: "customers", Summary: summary, Perm: perm}
	}
	Add(a, op("list-reviews", http.MethodGet, "/reviews", "Pairs of customers who may be one, on which nobody has decided", account.CustomersRead), a.listReviews)
	Add(a, op("mark-distinct", http.MethodPost, "/reviews/{id}/distinct", "Note that a pair are two customers", account.CustomersWrite), a.markDistinct)
	Add(a, op("merge-customers", http.MethodPost, "/mergings", "Make one customer of two", account.CustomersWrite), a.merge)
	Add(a, op("undo-merging", http.MethodPost, "/mergings/{id}/undo", "Make two customers again", account.CustomersWrite), a.undoMerging)
	Add(a, op("list-mergings", http.MethodGet, "/customers/{id}/mergings", "The mergings of a customer", account.CustomersRead), a.listMergings)
	Add(a, op("list-relatives", http.MethodGet, "/customers/{id}/relations", "A customer's household, fleet and contacts", account.CustomersRead), a.listRelatives)
	Add(a, op("relate-customers", http.MethodPost, "/customers/{id}/relations", "Join two customers", account.CustomersWrite), a.relate)
	Add(a, op("unrelate-customers", http.MethodDelete, "/relations/{id}", "End a relation", account.CustomersWrite), a.unrelate)
	Add(a, op("list-top-customers", http.MethodGet, "/customers/top", "Who spent most in 12 months, for the 80/20 rule", account.CustomersRead), a.listTop)
	Add(a, op("reckon-values", http.MethodPost, "/customers/values", "Reckon all customers' values anew", account.ImportsRun), a.reckonValues)
}

func (a *API) listReviews(_ context.Context, in *Paging) (*pairsOutput, error) {
	after, err := decodeCursor("list-reviews", in.Cursor)
	if err != nil {
		return nil, err
	}
	list, next, err := a.Book.Reviews(after, in.Limit)
	return &pairsOutput{ranged("list-reviews", list, next, func(p crm.Pair) crm.Pair { return p })}, err
}

func (a *API) markDistinct(ctx context.Context, in *ReviewIDInput) (*struct{}, error) {
	return nil, a.Book.Distinct(ctx, books.By(ByOf(ctx)), in.ID)
}

func (a *API) merge(ctx context.Context, in *mergeInput) (*mergingOutput, error) {
	m, err := a.Book.Merge(ctx, books.By(ByOf(ctx)), in.Body.Winner, in.Body.Loser, [2]uint64{in.Body.WinnerRev, in.Body.LoserRev})
	return &mergingOutput{m}, err
}

func (a *API) undoMerging(ctx context.Context, in *IDInput) (*mergingOutput, error) {
	m, err := a.Book.Undo(ctx, books.By(ByOf(ctx)), in.ID)
	return &mergingOutput{m}, err
}

func (a *API) listMergings(_ context.Context, in *IDInput) (*mergingsOutput, error) {
	list, err := a.Book.Mergings(in.ID)
	return &mergingsOutput{Mergings{append([]crm.Merging{}, list...)}}, err
}

func (a *API) listRelatives(_ context.Context, in *IDInput) (*relativesOutput, error) {
	list, err := a.Book.Relatives(in.ID)
	return &relativesOutput{Relatives{append([]crm.Relative{}, list...)}}, err
}

func (a *API) relate(ctx context.Context, in *relateInput) (*relationOutput, error) {
	r, err := a.Book.Relate(ctx, books.By(ByOf(ctx)), crm.Relation{Kind: in.Body.Kind, From: in.ID, To: in.Body.To, Role: in.Body.Role})
	return &relationOutput{r}, err
}

func (a *API) unrelate(ctx context.Context, in *IDInput) (*struct{}, error) {
	return nil, a.Book.Unrelate(ctx, books.By(ByOf(ctx)), in.ID)
}

func (a *API) listTop(_ context.Context, in *topInput) (*topOutput, error) {
	list, next, err := a.Book.TopCustomers(in.After, in.Limit)
	return &topOutput{TopCustomers{append([]crm.Valued{}, list...), next}}, err
}

func (a *API) reckonValues(ctx context.Context, _ *struct{}) (*reckoningOutput, error) {
	if !a.reckoning.TryLock() { // it reads all visits there are
		return nil, fault.New(fault.Conflict, keyInProgress, "the values are being reckoned already")
	}
	defer a.reckoning.Unlock()
	r, err := a.Book.ReckonValues(ctx, books.By(ByOf(ctx)), a.here())
	return &reckoningOutput{r}, err
}
