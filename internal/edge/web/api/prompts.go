package api

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/account"
)

// Prompt is one recording that the box speaks.
type Prompt struct {
	Language string  `json:"language" doc:"zh-CN, en; music for music"`
	ID       string  `json:"id"`
	Own      bool    `json:"own" doc:"The dealership's own; otherwise the one shipped with the box"`
	Seconds  float64 `json:"seconds"`
}

// Prompts is the recordings that the box speaks.
type Prompts interface {
	// List is all of them, in the order of language and id.
	List() []Prompt
	Has(language, id string) bool
	// Open reads one as a WAV file.
	Open(language, id string) (io.ReadCloser, error)
	Save(language, id string, wav io.Reader) error
	// Delete removes one of the dealership's own; the shipped one of that id is heard again.
	Delete(language, id string) error
}

// Bounds of an uploaded recording: ten minutes of 16-bit stereo at 44.1 kHz, over a slow link.
const (
	maxPrompt     = 106 << 20
	promptTimeout = 2 * time.Minute
)

type promptsOutput struct{ Body Page[Prompt] }

// PromptInput names a recording.
type PromptInput struct {
	Language string `path:"language" maxLength:"20"`
	ID       string `path:"id" maxLength:"64"`
}

type savePromptInput struct {
	PromptInput
	RawBody []byte `contentType:"audio/wav"`
}

type soundOutput struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

// prompts are the recordings that the box speaks.
func prompts(a *API) {
	op := func(id, method, path, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: method, Path: "/prompts" + path, Tag: "prompts", Summary: summary, Perm: perm}
	}
	Add(a, op("list-prompts", http.MethodGet, "", "The recordings that the box speaks", account.SettingsRead), a.listPrompts)
	Add(a, op("get-prompt", http.MethodGet, "/{language}/{id}", "A recording, as a WAV file", account.SettingsRead), a.getPrompt)
	save := op("save-prompt", http.MethodPut, "/{language}/{id}", "Upload a recording as a WAV file", account.SettingsWrite)
	save.MaxBody, save.BodyTime = maxPrompt, promptTimeout
	Add(a, save, a.savePrompt)
	Add(a, op("delete-prompt", http.MethodDelete, "/{language}/{id}", "Remove a recording of the dealership's own", account.SettingsWrite), a.deletePrompt)
}

func (a *API) hasPrompt(language, id string) bool { return a.Prompts.Has(language, id) }

func (a *API) knownPrompt(in *PromptInput) error {
	if !a.hasPrompt(in.Language, in.ID) {
		return fault.New(fault.NotFound, "prompt.not_found", "find prompt: there is no %s/%s", in.Language, in.ID)
	}
	return nil
}

func (a *API) listPrompts(_ context.Context, in *Paging) (*promptsOutput, error) {
	after, err := decodeCursor("list-prompts", in.Cursor)
	if err != nil {
		return nil, err
	}
	key := func(p Prompt) string { return p.Language + "/" + p.ID }
	var list []Prompt
	for _, p := range a.Prompts.List() {
		if key(p) > after && len(list) <= in.Limit {
			list = append(list, p)
		}
	}
	return &promptsOutput{paged("list-prompts", list, in.Limit, key)}, nil
}

func (a *API) getPrompt(_ context.Context, in *PromptInput) (*soundOutput, error) {
	if err := a.knownPrompt(in); err != nil {
		return nil, err
	}
	f, err := a.Prompts.Open(in.Language, in.ID)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(f)
	if e := f.Close(); err == nil {
		err = e
	}
	return &soundOutput{"audio/wav", data}, err
}

func (a *API) savePrompt(ctx context.Context, in *savePromptInput) (*struct{}, error) {
	if err := a.DB.Room(uint64(len(in.RawBody))); err != nil {
		return nil, err
	}
	if err := a.Prompts.Save(in.Language, in.ID, bytes.NewReader(in.RawBody)); err != nil {
		return nil, err
	}
	return nil, a.note(ctx, "prompt", in.Language+"/"+in.ID, map[string]string{"what": "saved"})
}

func (a *API) deletePrompt(ctx context.Context, in *PromptInput) (*struct{}, error) {
	if err := a.knownPrompt(in); err != nil {
		return nil, err
	}
	if err := a.Prompts.Delete(in.Language, in.ID); err != nil {
		return nil, err
	}
	return nil, a.note(ctx, "prompt", in.Language+"/"+in.ID, map[string]string{"what": "deleted"})
}
