package api

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// AuditEntry is one thing that somebody did.
type AuditEntry struct {
	Seq     uint64            `json:"seq"`
	At      time.Time         `json:"at"`
	Who     string            `json:"who" doc:"A user's id; box for the box itself"`
	Via     string            `json:"via" doc:"console, cli, import, or token and its id"`
	Action  string            `json:"action" doc:"The operation's id"`
	Address string            `json:"address"`
	What    string            `json:"what" enum:"create,update,delete,note"`
	Subject string            `json:"subject" doc:"A kind of record, or what a note is about"`
	ID      string            `json:"id" doc:"The record's"`
	Fields  []AuditField      `json:"fields" nullable:"false"`
	Detail  map[string]string `json:"detail"`
}

// AuditField is what became of one field.
type AuditField struct {
	Name   string `json:"name"`
	From   any    `json:"from,omitempty"`
	To     any    `json:"to,omitempty"`
	Hidden bool   `json:"hidden,omitempty" doc:"The values are secret, or too long to be kept here"`
}

type auditInput struct {
	Paging
	Who     string    `query:"who" maxLength:"100"`
	Subject string    `query:"subject" maxLength:"100"`
	ID      string    `query:"id" maxLength:"100" doc:"Of subject"`
	From    time.Time `query:"from"`
	To      time.Time `query:"to"`
}

type auditOutput struct{ Body Page[AuditEntry] }

// audit is who did what. There is no way to change or remove an entry.
func audit(a *API) {
	Add(a, Op{
		ID: "list-audit", Method: http.MethodGet, Path: "/audit", Tag: "audit", Perm: account.AuditRead,
		Summary: "Who did what, newest first. A page may be short although there are more",
	}, a.listAudit)
}

func (a *API) listAudit(_ context.Context, in *auditInput) (*auditOutput, error) {
	q := store.AuditQuery{Who: in.Who, Subject: in.Subject, ID: in.ID, From: in.From, To: in.To, Limit: in.Limit}
	after, err := decodeCursor("list-audit", in.Cursor)
	if err == nil && after != "" {
		q.Before, err = strconv.ParseUint(after, 10, 64)
	}
	if err != nil {
		return nil, badCursor(err)
	}
	list, next, err := a.DB.AuditLog(q)
	if err != nil {
		return nil, err
	}
	out := &auditOutput{Page[AuditEntry]{Items: make([]AuditEntry, len(list))}}
	for i, e := range list {
		if out.Body.Items[i], err = showEntry(e); err != nil {
			return nil, err
		}
	}
	if next != 0 {
		out.Body.NextCursor = encodeCursor("list-audit", strconv.FormatUint(next, 10))
	}
	return out, nil
}

func showEntry(e store.AuditEntry) (AuditEntry, error) {
	out := AuditEntry{
		Seq: e.Seq, At: e.At, Who: e.By.Who, Via: e.By.Via, Action: e.By.Action, Address: e.By.Address,
		What: e.What, Subject: e.Subject, ID: e.ID, Detail: e.Detail, Fields: make([]AuditField, len(e.Fields)),
	}
	if out.Detail == nil {
		out.Detail = map[string]string{}
	}
	for i, f := range e.Fields {
		from, err := store.Value(f.From)
		if err != nil {
			return out, fmt.Errorf("show audit entry %d: %w", e.Seq, err)
		}
		to, err := store.Value(f.To)
		if err != nil {
			return out, fmt.Errorf("show audit entry %d: %w", e.Seq, err)
		}
		out.Fields[i] = AuditField{f.Name, textual(from), textual(to), f.Hidden}
	}
	return out, nil
}

// textual gives maps the text keys that JSON needs: a record within a record has numbers.
func textual(v any) any {
	switch v := v.(type) {
	case map[any]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[fmt.Sprint(k)] = textual(x)
		}
		return out
	case []any:
		for i, x := range v {
			v[i] = textual(x)
		}
	}
	return v
}

// note puts something that changed no record into the audit.
func (a *API) note(ctx context.Context, subject, id string, detail map[string]string) error {
	return a.DB.ChangeAnyway(ctx, ByOf(ctx), func(tx *store.Tx) error { return tx.Note(subject, id, detail) })
}
