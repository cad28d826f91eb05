package api

import (
	"cmp"
	"context"
	"net/http"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/account"
)

// StoredNotice is something that was told to somebody about a ticket, or is about to be.
type StoredNotice struct {
	ticket.Notice
	Number  string `json:"number,omitempty" doc:"The ticket's"`
	Subject string `json:"subject,omitempty" doc:"The ticket's"`
}

type noticesInput struct {
	Paging
	Person string `query:"person" maxLength:"200" doc:"Absent: who asks. Another's only as who manages tickets"`
	State  string `query:"state" enum:"pending,sent,acked,failed"`
}

type noticesOutput struct{ Body Page[StoredNotice] }

// notices are what people are told about tickets.
func notices(a *API) {
	op := func(id, method, path, summary string) Op {
		return Op{ID: id, Method: method, Path: path, Tag: "tickets", Summary: summary, Perm: account.TicketsRead}
	}
	Add(a, op("list-notices", http.MethodGet, "/notices", "What one was told about tickets, the newest first. A page may be short although there are more"), a.listNotices)
	Add(a, op("list-ticket-notices", http.MethodGet, "/tickets/{id}/notices", "Whom a ticket told what, and how that went, in its order"), a.ticketNotices)
	Add(a, op("acknowledge-notice", http.MethodPost, "/notices/{id}/acknowledge", "Say that one has heard of an escalation: what is still to be told to one of the same need not be. "+
		"Once more changes nothing"), a.acknowledge)
}

// noticePage shows notices with their tickets.
func (a *API) noticePage(ctx context.Context, op string, f ticket.NoticeFilter, p Paging) (*noticesOutput, error) {
	after, err := decodeCursor(op, p.Cursor)
	if err != nil {
		return nil, err
	}
	list, next, err := a.Tickets.Notices(viewerOf(ctx), f, after, p.Limit)
	if err != nil {
		return nil, err
	}
	out := &noticesOutput{Page[StoredNotice]{Items: make([]StoredNotice, len(list))}}
	for i, n := range list {
		if out.Body.Items[i], err = a.notice(n); err != nil {
			return nil, err
		}
	}
	if next != "" {
		out.Body.NextCursor = encodeCursor(op, next)
	}
	return out, nil
}

func (a *API) notice(n ticket.Notice) (StoredNotice, error) {
	t, err := a.Tickets.Ticket(n.Ticket)
	if fault.CodeOf(err) == fault.NotFound {
		err = nil
	}
	return StoredNotice{n, t.Number, t.Subject}, err
}

func (a *API) listNotices(ctx context.Context, in *noticesInput) (*noticesOutput, error) {
	me := creditOf(ctx)
	who := cmp.Or(in.Person, me)
	if who != me && !CallerOf(ctx).May(account.TicketsManage) {
		return nil, fault.New(fault.Denied, keyDenied, "list notices of %s", who)
	}
	return a.noticePage(ctx, "list-notices", ticket.NoticeFilter{Person: who, State: ticket.NoticeState(in.State)}, in.Paging)
}

func (a *API) ticketNotices(ctx context.Context, in *byIDPaging) (*noticesOutput, error) {
	if _, err := a.ticket(ctx, in.ID); err != nil {
		return nil, err
	}
	return a.noticePage(ctx, "list-ticket-notices", ticket.NoticeFilter{Ticket: in.ID}, in.Paging)
}

func (a *API) acknowledge(ctx context.Context, in *IDInput) (*struct{ Body StoredNotice }, error) {
	n, err := a.Tickets.Notice(in.ID)
	if err != nil {
		return nil, err
	}
	if n.Person == "" || n.Person != creditOf(ctx) { // as if there were none: who is told what is not everybody's business
		return nil, fault.New(fault.NotFound, "notice.not_found", "acknowledge notice %s: it is another's", in.ID)
	}
	if _, err := a.ticket(ctx, n.Ticket); err != nil { // it may have become a complaint about whoever was told
		return nil, fault.New(fault.NotFound, "notice.not_found", "acknowledge notice %s: %w", in.ID, err)
	}
	if n.Kind != ticket.KindEscalation {
		return nil, fault.New(fault.Conflict, "notice.no_escalation", "acknowledge notice %s: a job is accepted or declined", in.ID)
	}
	err = a.tickets(ctx).Change(ctx, books.By(ByOf(ctx)), func(e *ticket.Edit) error {
		now, err := e.Notice(in.ID)
		if err != nil || now.State == ticket.Acked {
			return err
		}
		return e.Acknowledge(now)
	})
	if err != nil {
		return nil, err
	}
	if n, err = a.Tickets.Notice(in.ID); err != nil {
		return nil, err
	}
	s, err := a.notice(n)
	return &struct{ Body StoredNotice }{s}, err
}

// creditOf is whose doing something is: the person of the roster, and for somebody who is none of it the user, so that who did the
// work and who verifies it can be told apart.
func creditOf(ctx context.Context) string {
	return cmp.Or(personOf(ctx), CallerOf(ctx).User.ID)
}
