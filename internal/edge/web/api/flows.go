package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/ivr"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/settings"
)

// maxFlow bounds a menu, in octets.
const maxFlow = 4 << 20

// FlowInfo is a menu without what is in it.
type FlowInfo struct {
	ID        string            `json:"id"`
	Title     string            `json:"title"`
	Published int               `json:"published" doc:"The version that new calls get; 0: none"`
	Draft     bool              `json:"draft" doc:"There is a draft"`
	Versions  []FlowVersionInfo `json:"versions" nullable:"false"`
	ETag      string            `json:"etag" doc:"To be sent as If-Match when it is changed"`
}

// FlowVersionInfo is one published version of a menu.
type FlowVersionInfo struct {
	Version int       `json:"version"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Note    string    `json:"note"`
}

type flowsOutput struct{ Body Page[FlowInfo] }

type flowOutput struct {
	ETag string `header:"ETag"`
	Body ivr.Shelf
}

type flowInfoOutput struct {
	ETag string `header:"ETag"`
	Body FlowInfo
}

type flowVersionOutput struct{ Body ivr.Version }

type createFlowInput struct {
	Body struct {
		ID    string `json:"id" minLength:"1" maxLength:"64" pattern:"^[A-Za-z0-9_-]+$"`
		Title string `json:"title,omitempty" maxLength:"100"`
	}
}

type updateFlowInput struct {
	ItemInput
	IfMatch
	Body struct {
		Title string `json:"title" maxLength:"100"`
	}
}

type draftInput struct {
	ItemInput
	IfMatch
	Body edited[ivr.Flow]
}

type publishInput struct {
	ItemInput
	Body struct {
		Note string `json:"note,omitempty" maxLength:"500"`
	}
}

type rollBackInput struct {
	ItemInput
	Body struct {
		Version int `json:"version" minimum:"1"`
	}
}

type flowVersionInput struct {
	ItemInput
	Version int `path:"version" minimum:"1"`
}

// FlowCheck is what is wrong with a draft.
type FlowCheck struct {
	OK       bool          `json:"ok" doc:"It can be published"`
	Problems []ivr.Problem `json:"problems" nullable:"false" doc:"Node by node; warnings keep it from nothing"`
}

type rehearseInput struct {
	ItemInput
	Body struct {
		Version  int       `json:"version,omitempty" minimum:"0" doc:"Absent: the draft, or if there is none what is published"`
		Acts     []string  `json:"acts" maxItems:"200" nullable:"false" doc:"What the caller does, each once the menu has finished speaking: a key, wait, or not_reached"`
		At       time.Time `json:"at,omitzero" doc:"When the call comes; absent: now"`
		Number   string    `json:"number,omitempty" maxLength:"40" doc:"Who calls"`
		Language string    `json:"language,omitempty" maxLength:"10"`
		VIP      bool      `json:"vip,omitempty"`
	}
}

type rehearseOutput struct{ Body ivr.Course }

type flowCheckOutput struct{ Body FlowCheck }

// flows are the menus: drafts, their check, versions.
func flows(a *API) {
	op := func(id, method, path, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: method, Path: "/settings/flows" + path, Tag: "flows", Summary: summary, Perm: perm}
	}
	read, write := account.SettingsRead, account.SettingsWrite
	Add(a, op("list-flows", http.MethodGet, "", "The menus, without what is in them", read), a.listFlows)
	Add(a, op("get-flow", http.MethodGet, "/{id}", "A menu with its versions and its draft", read), a.getFlow)
	Add(a, op("get-flow-version", http.MethodGet, "/{id}/versions/{version}", "One published version of a menu", read), a.getFlowVersion)
	create := op("create-flow", http.MethodPost, "", "Begin a menu, with nothing in it yet", write)
	create.Status = http.StatusCreated
	Add(a, create, a.createFlow)
	Add(a, op("update-flow", http.MethodPut, "/{id}", "Give a menu another title", write), a.updateFlow)
	Add(a, op("delete-flow", http.MethodDelete, "/{id}", "Remove a menu with its versions", write), a.deleteFlow)
	draft := op("save-flow-draft", http.MethodPut, "/{id}/draft", "Keep a draft, finished or not", write)
	draft.Unchecked, draft.MaxBody = true, maxFlow
	Add(a, draft, a.saveDraft)
	Add(a, op("delete-flow-draft", http.MethodDelete, "/{id}/draft", "Forget the draft", write), a.deleteDraft)
	Add(a, op("validate-flow", http.MethodGet, "/{id}/draft/check", "What is wrong with the draft", read), a.validateFlow)
	Add(a, op("rehearse-flow", http.MethodPost, "/{id}/rehearse", "Play a caller through a menu: which way the call takes, what it hears, and where it is led", read), a.rehearseFlow)
	Add(a, op("publish-flow", http.MethodPost, "/{id}/publish", "Let new calls have the draft; calls that are up keep theirs", write), a.publishFlow)
	Add(a, op("roll-back-flow", http.MethodPost, "/{id}/roll-back", "Let new calls have an older version again", write), a.rollBackFlow)
}

func findFlow(d *settings.Document, id string) (int, ivr.Shelf, error) {
	i := slices.IndexFunc(d.Flows, func(s ivr.Shelf) bool { return s.ID == id })
	if i < 0 {
		return 0, ivr.Shelf{}, fault.New(fault.NotFound, "flow.not_found", "find flow: there is no flow %q", id)
	}
	return i, d.Flows[i], nil
}

func flowInfo(s ivr.Shelf) (FlowInfo, error) {
	tag, err := tagOf(s)
	out := FlowInfo{ID: s.ID, Title: s.Title, Published: s.Published, Draft: s.Draft != nil, Versions: []FlowVersionInfo{}, ETag: tag}
	for _, v := range s.Versions {
		out.Versions = append(out.Versions, FlowVersionInfo{v.Version, v.At, v.By, v.Note})
	}
	return out, err
}

func (a *API) listFlows(context.Context, *struct{}) (*flowsOutput, error) {
	out := &flowsOutput{Page[FlowInfo]{Items: []FlowInfo{}}}
	for _, s := range a.Settings.Current().Flows {
		info, err := flowInfo(s)
		if err != nil {
			return nil, err
		}
		out.Body.Items = append(out.Body.Items, info)
	}
	return out, nil
}

func (a *API) getFlow(_ context.Context, in *ItemInput) (*flowOutput, error) {
	_, s, err := findFlow(a.Settings.Current(), in.ID)
	if err != nil {
		return nil, err
	}
	tag, err := tagOf(s)
	return &flowOutput{tag, s}, err
}

func (a *API) getFlowVersion(_ context.Context, in *flowVersionInput) (*flowVersionOutput, error) {
	_, s, err := findFlow(a.Settings.Current(), in.ID)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(s.Versions, func(v ivr.Version) bool { return v.Version == in.Version })
	if i < 0 {
		return nil, fault.New(fault.NotFound, "flow.no_version", "find flow %s: there is no version %d", in.ID, in.Version)
	}
	return &flowVersionOutput{s.Versions[i]}, nil
}

// editFlows changes the list of menus; match is nil where nothing was to be read before.
func (a *API) editFlows(ctx context.Context, id string, match *IfMatch, change func(all []ivr.Shelf, i int) ([]ivr.Shelf, error)) error {
	_, err := a.edit(ctx, removed, "flows "+id, func(d *settings.Document, t *tree) error {
		i := -1
		if match != nil {
			j, s, err := findFlow(d, id)
			if err != nil {
				return err
			}
			if err := match.checkTag(s); err != nil {
				return err
			}
			i = j
		}
		all, err := change(slices.Clone(d.Flows), i)
		if err != nil {
			return err
		}
		return t.set("flows", all)
	})
	return err
}

// changeFlow changes one menu and shows it.
func (a *API) changeFlow(ctx context.Context, id string, match IfMatch, change func(s *ivr.Shelf)) (*flowInfoOutput, error) {
	err := a.editFlows(ctx, id, &match, func(all []ivr.Shelf, i int) ([]ivr.Shelf, error) {
		change(&all[i])
		return all, nil
	})
	if err != nil {
		return nil, err
	}
	return a.flowInfo(id)
}

func (a *API) flowInfo(id string) (*flowInfoOutput, error) {
	_, s, err := findFlow(a.Settings.Current(), id)
	if err != nil {
		return nil, err
	}
	info, err := flowInfo(s)
	return &flowInfoOutput{info.ETag, info}, err
}

func (a *API) createFlow(ctx context.Context, in *createFlowInput) (*flowInfoOutput, error) {
	err := a.editFlows(ctx, in.Body.ID, nil, func(all []ivr.Shelf, _ int) ([]ivr.Shelf, error) {
		if slices.ContainsFunc(all, func(s ivr.Shelf) bool { return s.ID == in.Body.ID }) {
			return nil, fault.New(fault.Conflict, "settings.taken", "add to flows: %q is there already", in.Body.ID)
		}
		return append(all, ivr.Shelf{ID: in.Body.ID, Title: in.Body.Title, Versions: []ivr.Version{}}), nil
	})
	if err != nil {
		return nil, err
	}
	return a.flowInfo(in.Body.ID)
}

func (a *API) updateFlow(ctx context.Context, in *updateFlowInput) (*flowInfoOutput, error) {
	return a.changeFlow(ctx, in.ID, in.IfMatch, func(s *ivr.Shelf) { s.Title = in.Body.Title })
}

func (a *API) deleteFlow(ctx context.Context, in *deleteItemInput) (*struct{}, error) {
	return nil, a.editFlows(ctx, in.ID, &in.IfMatch, func(all []ivr.Shelf, i int) ([]ivr.Shelf, error) {
		return slices.Delete(all, i, i+1), nil
	})
}

func (a *API) saveDraft(ctx context.Context, in *draftInput) (*flowInfoOutput, error) {
	f, err := in.Body.value()
	if err != nil {
		return nil, err
	}
	return a.changeFlow(ctx, in.ID, in.IfMatch, func(s *ivr.Shelf) { s.Draft = &f })
}

func (a *API) deleteDraft(ctx context.Context, in *deleteItemInput) (*flowInfoOutput, error) {
	return a.changeFlow(ctx, in.ID, in.IfMatch, func(s *ivr.Shelf) { s.Draft = nil })
}

// validateFlow checks the draft as if it were published.
func (a *API) validateFlow(_ context.Context, in *ItemInput) (*flowCheckOutput, error) {
	d := a.Settings.Current()
	_, s, err := findFlow(d, in.ID)
	if err != nil {
		return nil, err
	}
	if s.Draft == nil {
		return nil, fault.New(fault.Conflict, "flow.no_draft", "check flow %s: there is no draft", in.ID)
	}
	list := settings.CheckFlow(d, a.hasPrompt, in.ID, *s.Draft)
	bad := slices.ContainsFunc(list, func(p ivr.Problem) bool { return !p.Warning })
	return &flowCheckOutput{FlowCheck{!bad, orEmpty(list)}}, nil
}

// rehearseFlow plays a caller through a menu, by the interpreter that runs calls.
func (a *API) rehearseFlow(_ context.Context, in *rehearseInput) (*rehearseOutput, error) {
	_, s, err := findFlow(a.Settings.Current(), in.ID)
	if err != nil {
		return nil, err
	}
	b := in.Body
	r := ivr.Rehearsal{Flow: in.ID, Draft: s.Draft, Acts: b.Acts, At: b.At, From: line.Info{From: b.Number}, Card: call.Card{Number: b.Number, Language: b.Language, VIP: b.VIP}}
	if b.Version > 0 {
		i := slices.IndexFunc(s.Versions, func(v ivr.Version) bool { return v.Version == b.Version })
		if i < 0 {
			return nil, fault.New(fault.NotFound, "flow.no_version", "rehearse flow %s: there is no version %d", in.ID, b.Version)
		}
		r.Draft = &s.Versions[i].Flow
	}
	if r.At.IsZero() {
		r.At = time.Now()
	}
	return &rehearseOutput{a.Rehearse(r)}, nil
}

func (a *API) publishFlow(ctx context.Context, in *publishInput) (*flowInfoOutput, error) {
	a.editing.mu.Lock()
	defer a.editing.mu.Unlock()
	if _, err := a.editor(ctx, "publish flow "+in.ID).PublishFlow(ctx, in.ID, in.Body.Note); err != nil {
		return nil, err
	}
	return a.flowInfo(in.ID)
}

func (a *API) rollBackFlow(ctx context.Context, in *rollBackInput) (*flowInfoOutput, error) {
	a.editing.mu.Lock()
	defer a.editing.mu.Unlock()
	if _, err := a.editor(ctx, "roll back flow "+in.ID).RollBackFlow(ctx, in.ID, in.Body.Version); err != nil {
		return nil, err
	}
	return a.flowInfo(in.ID)
}
