package api

import (
	"context"
	"net/http"
	"time"

	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/hook"
)

// Webhook is a program that is told what happens.
type Webhook struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	URL     string   `json:"url"`
	Events  []string `json:"events" nullable:"false"`
	Enabled bool     `json:"enabled"`
	Rev     uint64   `json:"rev" doc:"The revision, as in the ETag"`
	Secret  string   `json:"secret,omitempty" doc:"Signs what is sent; shown once, when it is made"`
}

func showHook(h hook.Hook) Webhook {
	return Webhook{ID: h.ID, Name: h.Name, URL: h.URL, Events: orEmpty(h.Events), Enabled: h.Enabled, Rev: h.Meta.Rev}
}

// WebhookFields is what is decided about a webhook.
type WebhookFields struct {
	Name    string   `json:"name" maxLength:"200"`
	URL     string   `json:"url" maxLength:"2000"`
	Events  []string `json:"events" nullable:"false" maxItems:"20" enum:"call.ended,customer.changed,ticket.changed,vehicle.changed,voicemail.changed"`
	Enabled bool     `json:"enabled"`
}

type hooksOutput struct{ Body Page[Webhook] }

type hookOutput struct {
	ETag string `header:"ETag"`
	Body Webhook
}

type createHookInput struct{ Body WebhookFields }

type updateHookInput struct {
	IDInput
	IfMatch
	Body WebhookFields
}

// Delivery is a message that waits, or was given up.
type Delivery struct {
	ID         string    `json:"id"`
	Hook       string    `json:"hook"`
	Event      string    `json:"event"`
	At         time.Time `json:"at"`
	Next       time.Time `json:"next_attempt_at"`
	State      string    `json:"state" enum:"waiting,failed"`
	Attempts   int       `json:"attempts"`
	LastStatus int       `json:"last_status" doc:"Of HTTP; 0: no answer"`
	LastError  string    `json:"last_error"`
}

type deliveriesInput struct {
	State string `query:"state" enum:"waiting,failed" default:"failed"`
}

type deliveriesOutput struct{ Body Page[Delivery] }

// maxDeliveries is how many deliveries are shown: those due first.
const maxDeliveries = 200

// hooks are the programs that are told what happens.
func hooks(a *API) {
	op := func(id, method, path, summary string) Op {
		return Op{ID: id, Method: method, Path: path, Tag: "webhooks", Summary: summary, Perm: account.HooksManage}
	}
	Add(a, op("list-webhooks", http.MethodGet, "/webhooks", "The webhooks"), a.listHooks)
	create := op("create-webhook", http.MethodPost, "/webhooks", "Make a webhook; the answer has its secret, once")
	create.Status, create.Secret = http.StatusCreated, true
	Add(a, create, a.createHook)
	Add(a, op("get-webhook", http.MethodGet, "/webhooks/{id}", "One webhook"), a.getHook)
	Add(a, op("update-webhook", http.MethodPut, "/webhooks/{id}", "Change a webhook"), a.updateHook)
	Add(a, op("delete-webhook", http.MethodDelete, "/webhooks/{id}", "Remove a webhook and what waits for it"), a.deleteHook)
	Add(a, op("list-deliveries", http.MethodGet, "/webhook-deliveries", "Messages that wait, or were given up"), a.listDeliveries)
	Add(a, op("resend-delivery", http.MethodPost, "/webhook-deliveries/{id}/resend", "Try a message again at once"), a.resend)
}

func (a *API) listHooks(context.Context, *struct{}) (*hooksOutput, error) {
	all, err := hook.List(a.DB)
	out := &hooksOutput{Page[Webhook]{Items: make([]Webhook, len(all))}}
	for i, h := range all {
		out.Body.Items[i] = showHook(h)
	}
	return out, err
}

func (f WebhookFields) hook() hook.Hook {
	return hook.Hook{Name: f.Name, URL: f.URL, Events: f.Events, Enabled: f.Enabled}
}

func (a *API) createHook(ctx context.Context, in *createHookInput) (*hookOutput, error) {
	h, err := hook.Save(ctx, a.DB, ByOf(ctx), in.Body.hook())
	if err != nil {
		return nil, err
	}
	out := &hookOutput{ETag(h.Meta.Rev), showHook(h)}
	out.Body.Secret = h.Secret
	return out, nil
}

func (a *API) getHook(_ context.Context, in *IDInput) (*hookOutput, error) {
	h, err := hook.Get(a.DB, in.ID)
	return &hookOutput{ETag(h.Meta.Rev), showHook(h)}, err
}

func (a *API) updateHook(ctx context.Context, in *updateHookInput) (*hookOutput, error) {
	old, err := hook.Get(a.DB, in.ID)
	if err != nil {
		return nil, err
	}
	if err := in.Check(old.Meta.Rev); err != nil {
		return nil, err
	}
	h := in.Body.hook()
	h.ID, h.Meta = old.ID, old.Meta
	if h, err = hook.Save(ctx, a.DB, ByOf(ctx), h); err != nil {
		return nil, err
	}
	return &hookOutput{ETag(h.Meta.Rev), showHook(h)}, nil
}

func (a *API) deleteHook(ctx context.Context, in *IDInput) (*struct{}, error) {
	return nil, hook.Delete(ctx, a.DB, ByOf(ctx), in.ID)
}

func (a *API) listDeliveries(_ context.Context, in *deliveriesInput) (*deliveriesOutput, error) {
	list, err := hook.ListJobs(a.Queue, hook.State(in.State), maxDeliveries)
	out := &deliveriesOutput{Page[Delivery]{Items: []Delivery{}}}
	for _, j := range list {
		out.Body.Items = append(out.Body.Items, Delivery{j.ID, j.Hook, j.Event, j.At, j.Next, string(j.State), j.Attempts, j.Status, j.Error})
	}
	return out, err
}

func (a *API) resend(ctx context.Context, in *IDInput) (*struct{}, error) {
	return nil, hook.Resend(ctx, a.Queue, in.ID)
}
