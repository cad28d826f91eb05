package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/voicemail"
	"github.com/dealerline/dealerline/internal/edge/account"
)

// Mailbox is a voicemail box and what waits in it.
type Mailbox struct {
	Number    string `json:"number"`
	Name      string `json:"name,omitempty"`
	Extension string `json:"extension,omitempty" doc:"Whose box it is; absent: one of the house"`
	Queue     string `json:"queue,omitempty"`
	New       int    `json:"new" doc:"Messages that nobody has heard"`
	Old       int    `json:"old"`
}

// VoiceMessage is a message in a voicemail box.
type VoiceMessage struct {
	voicemail.Message
	Seconds float64 `json:"seconds"`
	Audio   string  `json:"audio" doc:"Where it is heard, below the API's root"`
}

func messageOf(m voicemail.Message) VoiceMessage {
	return VoiceMessage{m, m.Length.Seconds(), "/v1/voicemail/messages/" + m.ID + "/audio"}
}

type mailboxesOutput struct{ Body Page[Mailbox] }

type messagesInput struct {
	Paging
	Box   string `query:"box" maxLength:"8" doc:"Only this box's"`
	State string `query:"state" enum:"new,old,deleted" doc:"Only these; all others are neither new nor deleted"`
}

type messagesOutput struct{ Body Page[VoiceMessage] }

type messageOutput struct{ Body VoiceMessage }

type changeMessageInput struct {
	IDInput
	Body struct {
		State string `json:"state" enum:"new,old,deleted" doc:"deleted: it goes for good a week later"`
	}
}

type ownMessagesInput struct {
	Paging
	State string `query:"state" enum:"new,old,deleted" doc:"Only these; all others are neither new nor deleted"`
}

// voicemails are the boxes for messages: looked at, heard, changed, emptied. Each listening is in the audit.
func voicemails(a *API) {
	op := func(id, method, path, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: method, Path: "/voicemail" + path, Tag: "voicemail", Summary: summary, Perm: perm}
	}
	const listen, take = account.RecordingsListen, account.RecordingsDownload
	Add(a, op("list-mailboxes", http.MethodGet, "/boxes", "The voicemail boxes, and how many messages wait in each", listen), a.listMailboxes)
	Add(a, op("list-voicemail-messages", http.MethodGet, "/messages", "Messages, newest first", listen), a.listMessages)
	Add(a, op("get-voicemail-message", http.MethodGet, "/messages/{id}", "One message", listen), a.getMessage)
	Add(a, op("change-voicemail-message", http.MethodPatch, "/messages/{id}", "Say that a message is new, heard or deleted; the phones' lamps follow", listen), a.changeMessage)
	Add(a, op("delete-voicemail-message", http.MethodDelete, "/messages/{id}", "Remove a message for good", take), a.deleteMessage)
	a.addAudio(op("listen-voicemail-message", http.MethodGet, "/messages/{id}/audio", "Hear a message: mono WAV; in pieces by Range", listen), "inline", a.messageAudio)
	ownMail(a)
}

// ownMail is what everybody may do with the box of the phone they sit at.
func ownMail(a *API) {
	op := func(id, method, path, summary string) Op {
		return Op{ID: id, Method: method, Path: "/voicemail/mine" + path, Tag: "voicemail", Summary: summary, Perm: account.CallsControl}
	}
	Add(a, op("list-own-messages", http.MethodGet, "", "The messages in one's own box, newest first"), func(ctx context.Context, in *ownMessagesInput) (*messagesOutput, error) {
		box, err := a.ownBox(ctx)
		if err != nil {
			return nil, err
		}
		return a.messages("list-own-messages", &messagesInput{in.Paging, box, in.State})
	})
	Add(a, op("change-own-message", http.MethodPatch, "/{id}", "Say that a message in one's own box is new, heard or deleted"),
		func(ctx context.Context, in *changeMessageInput) (*messageOutput, error) {
			if _, err := a.ownMessage(ctx, in.ID); err != nil {
				return nil, err
			}
			return a.changeMessage(ctx, in)
		})
	a.addAudio(op("listen-own-message", http.MethodGet, "/{id}/audio", "Hear a message in one's own box: mono WAV; in pieces by Range"), "inline",
		func(ctx context.Context, id string) (audio, error) {
			if _, err := a.ownMessage(ctx, id); err != nil {
				return audio{}, err
			}
			return a.messageAudio(ctx, id)
		})
}

// ownBox is the number of the box of the caller's phone.
func (a *API) ownBox(ctx context.Context) (string, error) {
	ext, err := a.extension(ctx)
	if err != nil {
		return "", err
	}
	box, ok := a.Mail.Of(ext)
	if !ok {
		return "", fault.New(fault.NotFound, "voicemail.no_own", "find the box of extension %q: it has none", ext)
	}
	return box.Number, nil
}

// ownMessage is a message in the caller's own box; those of others are not there for them.
func (a *API) ownMessage(ctx context.Context, id string) (voicemail.Message, error) {
	box, err := a.ownBox(ctx)
	if err != nil {
		return voicemail.Message{}, err
	}
	m, err := a.Mail.Find(id)
	if err == nil && m.Box != box {
		err = fault.New(fault.NotFound, "voicemail.not_found", "find message %s: it is in another box", id)
	}
	return m, err
}

func (a *API) listMailboxes(context.Context, *struct{}) (*mailboxesOutput, error) {
	out := &mailboxesOutput{Page[Mailbox]{Items: []Mailbox{}}}
	for _, c := range a.Mail.Boxes() {
		out.Body.Items = append(out.Body.Items, Mailbox{c.Box.Number, c.Box.Name, c.Box.Extension, c.Box.Queue, c.Fresh, c.Old})
	}
	return out, nil
}

func (a *API) listMessages(_ context.Context, in *messagesInput) (*messagesOutput, error) {
	return a.messages("list-voicemail-messages", in)
}

func (a *API) messages(op string, in *messagesInput) (*messagesOutput, error) {
	after, err := decodeCursor(op, in.Cursor)
	if err != nil {
		return nil, err
	}
	state, _ := voicemail.ParseState(in.State) // one that is none is none
	var list []VoiceMessage
	for _, m := range slices.Backward(a.Mail.List(in.Box, state)) {
		if after == "" || cmp.Compare(placeOf(m), after) < 0 {
			list = append(list, messageOf(m))
		}
		if len(list) > in.Limit {
			break
		}
	}
	return &messagesOutput{paged(op, list, in.Limit, func(m VoiceMessage) string { return placeOf(m.Message) })}, nil
}

// placeOf is where a message stands in the list.
func placeOf(m voicemail.Message) string {
	return m.Left.UTC().Format("20060102150405.000000000") + m.ID
}

func (a *API) getMessage(_ context.Context, in *IDInput) (*messageOutput, error) {
	m, err := a.Mail.Find(in.ID)
	return &messageOutput{messageOf(m)}, err
}

func (a *API) changeMessage(ctx context.Context, in *changeMessageInput) (*messageOutput, error) {
	state, _ := voicemail.ParseState(in.Body.State)
	if err := a.Mail.Set(in.ID, state, time.Now()); err != nil {
		return nil, err
	}
	if err := a.note(ctx, "voicemail", in.ID, map[string]string{"what": "change-voicemail-message", "state": in.Body.State}); err != nil {
		return nil, err
	}
	return a.getMessage(ctx, &in.IDInput)
}

func (a *API) deleteMessage(ctx context.Context, in *IDInput) (*struct{}, error) {
	m, err := a.Mail.Find(in.ID)
	if err == nil {
		err = a.note(ctx, "voicemail", m.ID, map[string]string{"what": "delete-voicemail-message", "box": m.Box, "call": m.Call})
	}
	if err == nil {
		err = a.Mail.Remove(in.ID)
	}
	return nil, err
}

func (a *API) messageAudio(_ context.Context, id string) (audio, error) {
	m, err := a.Mail.Find(id)
	return audio{"voicemail", m.ID, m.Call, a.Mail.File(m), m.SHA256, m.Left}, err
}
