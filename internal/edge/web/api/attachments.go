package api

import (
	"context"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/attachment"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/account"
)

// Attachment is a file of a ticket.
type Attachment struct{ ticket.Attachment }

// Attachments are the files of a ticket, oldest first.
type Attachments struct {
	Items []Attachment `json:"items" nullable:"false"`
}

// attachInput takes the body as a stream.
type attachInput struct {
	IDInput
	Name string `query:"name" maxLength:"300" doc:"The file's name"`
	Note string `query:"note" maxLength:"500"`
	body io.Reader
}

// Resolve keeps the body for the handler, and bounds how long it may take; it satisfies huma.Resolver.
func (in *attachInput) Resolve(ctx huma.Context) []error {
	in.body = ctx.BodyReader()
	if err := ctx.SetReadDeadline(time.Now().Add(ctx.Operation().BodyReadTimeout)); err != nil {
		return []error{err}
	}
	return nil
}

// AttachmentInput names a file of a ticket.
type AttachmentInput struct {
	IDInput
	Attachment string `path:"attachment" maxLength:"64"`
}

type attachmentInput struct {
	AttachmentInput
	Range string `header:"Range" maxLength:"100"`
}

// attachTimeout is how long a file may take over a slow mobile network.
const attachTimeout = 5 * time.Minute

// attachments are the files of tickets. Who may see a ticket may see them.
func attachments(a *API) {
	op := func(id, method, path, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: method, Path: "/tickets/{id}/attachments" + path, Tag: "tickets", Summary: summary, Perm: perm}
	}
	Add(a, op("list-attachments", http.MethodGet, "", "The files of a ticket, oldest first", account.TicketsRead), a.listAttachments)
	a.addAttach(op("attach-file", http.MethodPost, "", "Add a file to a ticket: JPEG, PNG, WebP (16 MiB), PDF, WAV (32 MiB) or text in UTF-8 (1 MiB). "+
		"What it is, is read from its octets; the same file twice is one", account.TicketsWrite))
	a.addAttachment(op("get-attachment", http.MethodGet, "/{attachment}", "A file of a ticket", account.TicketsRead))
	Add(a, op("delete-attachment", http.MethodDelete, "/{attachment}", "Remove a file for good: one's own, or, as who manages tickets, anybody's",
		account.TicketsWrite), a.deleteAttachment)
}

func (a *API) listAttachments(ctx context.Context, in *IDInput) (*struct{ Body Attachments }, error) {
	if _, err := a.ticket(ctx, in.ID); err != nil {
		return nil, err
	}
	list, err := a.Tickets.Attachments(in.ID)
	out := &struct{ Body Attachments }{Attachments{make([]Attachment, len(list))}}
	for i, f := range list {
		out.Body.Items[i] = Attachment{f}
	}
	return out, err
}

// attachment finds a file of a ticket that who asks may see.
func (a *API) attachment(ctx context.Context, in *AttachmentInput) (f ticket.Attachment, err error) {
	if _, err := a.ticket(ctx, in.ID); err != nil {
		return f, err
	}
	f, err = a.Tickets.Attachment(in.Attachment)
	if err == nil && f.Ticket != in.ID {
		err = fault.New(fault.NotFound, "attachment.not_found", "read file %s of ticket %s: it is another's", in.Attachment, in.ID)
	}
	return f, err
}

func (a *API) addAttach(op Op) {
	op.Status, op.MaxBody, op.BodyTime = http.StatusCreated, attachment.MaxSize+1, attachTimeout
	h := a.operation(op)
	any := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	h.RequestBody = &huma.RequestBody{Required: true, Description: "The file as it is", Content: map[string]*huma.MediaType{"application/octet-stream": any}}
	huma.Register(a.huma, h, func(ctx context.Context, in *attachInput) (*struct{ Body Attachment }, error) {
		_, err := a.ticket(ctx, in.ID)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		f, err := a.Files.Add(ctx, books.By(ByOf(ctx)), attachment.Upload{Ticket: in.ID, Person: personOf(ctx), Name: in.Name, Note: in.Note}, in.body)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return &struct{ Body Attachment }{Attachment{f}}, nil
	})
}

// addAttachment gives a file out. A browser is told to save what it might otherwise run or show as a page of the box.
func (a *API) addAttachment(op Op) {
	h := a.operation(op)
	h.Responses["200"] = &huma.Response{Description: "The file", Content: map[string]*huma.MediaType{"application/octet-stream": {}}}
	h.Responses["206"] = &huma.Response{Description: "The part asked for by Range", Content: map[string]*huma.MediaType{"application/octet-stream": {}}}
	huma.Register(a.huma, h, func(ctx context.Context, in *attachmentInput) (*huma.StreamResponse, error) {
		f, err := a.attachment(ctx, &in.AttachmentInput)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		file, err := a.Files.Open(f)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return &huma.StreamResponse{Body: func(c huma.Context) {
			defer file.Close() //nolint:errcheck // read only
			r, w := humago.Unwrap(c)
			w.Header().Set("Content-Type", f.Media)
			w.Header().Set("Content-Disposition", contentDisposition(f))
			w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
			w.Header().Set("ETag", `"`+f.SHA256+`"`)
			http.ServeContent(w, r, "", f.At, file)
		}}, nil
	})
}

// contentDisposition shows pictures and sounds where they are asked for; anything else is saved (RFC 6266).
func contentDisposition(f ticket.Attachment) string {
	how := "attachment"
	if strings.HasPrefix(f.Media, "image/") || strings.HasPrefix(f.Media, "audio/") {
		how = "inline"
	}
	return mime.FormatMediaType(how, map[string]string{"filename": f.Name})
}

func (a *API) deleteAttachment(ctx context.Context, in *AttachmentInput) (*struct{}, error) {
	f, err := a.attachment(ctx, in)
	if err != nil {
		return nil, err
	}
	by := books.By(ByOf(ctx))
	if own := f.By != "" && (f.By == personOf(ctx) || f.By == by.Who); !own && !CallerOf(ctx).May(account.TicketsManage) {
		return nil, fault.New(fault.Denied, keyDenied, "delete a file of %s", f.By)
	}
	return nil, a.Files.Remove(ctx, by, personOf(ctx), f.ID)
}
