package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/outreach"
	"github.com/dealerline/dealerline/internal/edge/account"
)

// StoredTask is a customer to be called, as stored, with what follows from it.
type StoredTask struct {
	outreach.Task
	Rev     uint64   `json:"rev" doc:"The revision, as in the ETag"`
	Allowed []string `json:"allowed" nullable:"false" doc:"The changes that its state allows"`
}

func showTask(t outreach.Task) StoredTask { return StoredTask{t, t.Meta.Rev, t.Allowed()} }

// TaskSheet is a task as somebody works on it: whom to call on which number, and what to ask next.
type TaskSheet struct {
	StoredTask
	Dial   string             `json:"dial,omitempty" doc:"The number to be tried; absent when customers are not called now, or the task has ended"`
	Script *outreach.Script   `json:"script_text,omitempty"`
	Asked  []string           `json:"asked,omitempty" nullable:"false" doc:"The questions that were answered, in their order"`
	Next   *outreach.Question `json:"next,omitempty" doc:"The question to be asked; absent at the end"`
}

// TaskFields is a task that somebody notes down.
type TaskFields struct {
	Kind       string    `json:"kind,omitempty" enum:"manual,survey" doc:"Absent: manual"`
	Customer   string    `json:"customer,omitempty" maxLength:"64"`
	Name       string    `json:"name,omitempty" maxLength:"200"`
	Numbers    []string  `json:"numbers,omitempty" maxItems:"10" nullable:"false" doc:"Absent: the customer's"`
	Vehicle    string    `json:"vehicle,omitempty" maxLength:"64"`
	Ticket     string    `json:"ticket,omitempty" maxLength:"64"`
	Subject    string    `json:"subject,omitempty" maxLength:"200"`
	Script     string    `json:"script,omitempty" maxLength:"100"`
	Agent      string    `json:"agent,omitempty" maxLength:"64"`
	Queue      string    `json:"queue,omitempty" maxLength:"64"`
	Department string    `json:"department,omitempty" maxLength:"200"`
	NotBefore  time.Time `json:"not_before,omitzero"`
	NotAfter   time.Time `json:"not_after,omitzero"`
	Note       string    `json:"note,omitempty" maxLength:"2000"`
	Way        string    `json:"way,omitempty" enum:"call,sms" doc:"The box calls and asks by keys, or sends an SMS with a link; absent: an agent calls"`
	About      string    `json:"about,omitempty" maxLength:"64" doc:"The agent whose service it is about"`
}

type tasksInput struct {
	Paging
	Kind       string `query:"kind" enum:"unreturned,plan,survey,manual"`
	State      string `query:"state" enum:"open,taken,done,unreachable,refused,cancelled"`
	Customer   string `query:"customer" maxLength:"64"`
	Agent      string `query:"agent" maxLength:"64"`
	Queue      string `query:"queue" maxLength:"64"`
	Department string `query:"department" maxLength:"200"`
	TakenBy    string `query:"taken_by" maxLength:"64"`
	Plan       string `query:"plan" maxLength:"64"`
	Overdue    bool   `query:"overdue" doc:"Only open ones that are due"`
}

type tasksOutput struct{ Body Page[StoredTask] }

type taskOutput struct {
	ETag string `header:"ETag"`
	Body TaskSheet
}

// TaskAnswers are what a customer answered, by the ids of the script's questions.
type TaskAnswers struct {
	Answers map[string]string `json:"answers"`
}

// TaskResult is what came of an attempt.
type TaskResult struct {
	Result string `json:"result" enum:"reached,busy,no_answer,powered_off,wrong_number,refused"`
	Call   string `json:"call,omitempty" maxLength:"64" doc:"The call that shows it"`
	Number string `json:"number,omitempty" maxLength:"40" doc:"Absent: the call's, else the task's first"`
	Proof  string `json:"proof,omitempty" maxLength:"200" doc:"What shows it when there is no call of this box"`
	Note   string `json:"note,omitempty" maxLength:"2000"`
}

// TaskWhy is the reason of a change.
type TaskWhy struct {
	Why string `json:"why" maxLength:"2000"`
}

type scoresInput struct {
	Per  string    `query:"per" enum:"agent,queue,department,question" default:"agent"`
	From time.Time `query:"from" doc:"Absent: 30 days ago"`
	To   time.Time `query:"to" doc:"Answers before this; absent: now"`
}

type scoresOutput struct {
	Body struct {
		Items []outreach.Score `json:"items" nullable:"false"`
	}
}

type scriptsOutput struct {
	Body struct {
		Scripts []outreach.Script `json:"scripts" nullable:"false"`
		Plans   []outreach.Plan   `json:"plans" nullable:"false"`
	}
}

// callbacks are the customers to be called: missed calls, callbacks by plan, surveys; and what they answered.
func callbacks(a *API) {
	op := func(id, method, path, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: method, Path: "/outreach" + path, Tag: "outreach", Summary: summary, Perm: perm}
	}
	const read, work, manage = account.CustomersRead, account.OutreachWork, account.OutreachManage
	Add(a, op("list-outreach-tasks", http.MethodGet, "/tasks", "Customers to be called, and those who were; the newest first. A page may be short although there are more", read), a.listTasks)
	create := op("create-outreach-task", http.MethodPost, "/tasks", "Note down a customer to be called. Who wants no calls is refused", work)
	create.Status = http.StatusCreated
	Add(a, create, a.createTask)
	Add(a, op("next-outreach-task", http.MethodPost, "/next", "Take the next customer of one's own list: one's own, one's queues', one's department's, and everybody's", work), a.nextTask)
	Add(a, op("get-outreach-task", http.MethodGet, "/tasks/{id}", "One customer to be called, and what to ask next", read), a.getTask)
	Add(a, op("take-outreach-task", http.MethodPost, "/tasks/{id}/take", "Work on it for a quarter of an hour", work), a.takeTask)
	Add(a, op("release-outreach-task", http.MethodPost, "/tasks/{id}/release", "Give it back", work), a.releaseTask)
	Add(a, op("answer-outreach-task", http.MethodPost, "/tasks/{id}/answers", "Write down what the customer answered. The last answer ends the task", work), a.answerTask)
	Add(a, op("report-outreach-task", http.MethodPost, "/tasks/{id}/result", "Say what came of an attempt", work), a.reportTask)
	Add(a, op("cancel-outreach-task", http.MethodPost, "/tasks/{id}/cancel", "End it without a call", manage), a.cancelTask)
	Add(a, op("reopen-outreach-task", http.MethodPost, "/tasks/{id}/reopen", "Begin it anew", manage), a.reopenTask)
	Add(a, op("list-unreturned-calls", http.MethodGet, "/unreturned", "Customers whose calls nobody took, and nobody has called back yet; the newest first", read), a.listUnreturned)
	Add(a, op("list-scripts", http.MethodGet, "/scripts", "The scripts and plans in force", read), a.listScripts)
	Add(a, op("get-survey-scores", http.MethodGet, "/scores", "What customers answered, as counts and sums per agent, queue, department or question", account.ScoresRead), a.surveyScores)
}

// outreachOf is the book of callbacks for who asks.
func (a *API) outreachOf(ctx context.Context) *outreach.Book { return a.Outreach.As(workerOf(ctx)) }

// workerOf is who works on callbacks: the agent, and for somebody who is none the user.
func workerOf(ctx context.Context) string {
	u := CallerOf(ctx).User
	return cmp.Or(u.Agent, u.ID)
}

// sheet is a task with its script.
func (a *API) sheet(t outreach.Task, err error) (*taskOutput, error) {
	if err != nil {
		return nil, err
	}
	rules := a.Outreach.Rules()
	s := TaskSheet{StoredTask: showTask(t), Script: rules.Script(t.Script)}
	if t.IsOpen() {
		s.Dial, _ = t.May(time.Now(), outreach.Env{Plan: rules.Contact, Zone: rules.Zone})
	}
	if s.Script != nil {
		p, err := s.Script.Run(t.Answers)
		if err == nil { // otherwise the script has changed since
			s.Asked, s.Next = p.Asked, p.Next
		}
	}
	return &taskOutput{ETag(t.Meta.Rev), s}, nil
}

func (a *API) listTasks(_ context.Context, in *tasksInput) (*tasksOutput, error) {
	return a.tasks("list-outreach-tasks", in.Paging, outreach.Filter{
		Kind: outreach.Kind(in.Kind), State: outreach.State(in.State), Customer: in.Customer, Agent: in.Agent, Queue: in.Queue,
		Department: in.Department, TakenBy: in.TakenBy, Plan: in.Plan, Overdue: in.Overdue,
	})
}

func (a *API) listUnreturned(_ context.Context, in *struct{ Paging }) (*tasksOutput, error) {
	return a.tasks("list-unreturned-calls", in.Paging, outreach.Filter{Kind: outreach.Unreturned, State: outreach.Open})
}

func (a *API) tasks(op string, p Paging, f outreach.Filter) (*tasksOutput, error) {
	after, err := decodeCursor(op, p.Cursor)
	if err != nil {
		return nil, err
	}
	list, next, err := a.Outreach.List(f, after, p.Limit)
	return &tasksOutput{ranged(op, list, next, showTask)}, err
}

func (a *API) createTask(ctx context.Context, in *struct{ Body TaskFields }) (*taskOutput, error) {
	f := in.Body
	return a.sheet(a.outreachOf(ctx).Create(ctx, books.By(ByOf(ctx)), outreach.Task{
		Kind: outreach.Kind(f.Kind), Customer: f.Customer, Name: f.Name, Numbers: f.Numbers, Vehicle: f.Vehicle, Ticket: f.Ticket, Subject: f.Subject,
		Script: f.Script, Agent: f.Agent, Queue: f.Queue, Department: f.Department, NotBefore: f.NotBefore, NotAfter: f.NotAfter, Note: f.Note,
		Way: outreach.Way(f.Way), About: f.About,
	}))
}

func (a *API) nextTask(ctx context.Context, _ *struct{}) (*taskOutput, error) {
	w := outreach.Worker{Person: workerOf(ctx)}
	d := a.Settings.Current()
	for _, q := range d.Queues {
		if slices.ContainsFunc(q.Agents, func(t acd.Tier) bool { return t.Agent == w.Person }) {
			w.Queues = append(w.Queues, q.ID)
		}
	}
	for _, p := range d.Roster.People {
		if p.ID == w.Person {
			w.Departments = append(w.Departments, p.Department)
		}
	}
	snap, err := a.ACD.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	for _, q := range snap.Queues {
		for _, c := range q.Callbacks {
			w.Not = append(w.Not, c.Number)
		}
		for _, c := range q.Waiting {
			w.Not = append(w.Not, c.Card.Number)
		}
	}
	t, ok, err := a.outreachOf(ctx).Next(ctx, books.By(ByOf(ctx)), w)
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "outreach.nothing_due", "next callback of %s: there is none", w.Person)
	}
	return a.sheet(t, err)
}

func (a *API) getTask(_ context.Context, in *IDInput) (*taskOutput, error) {
	return a.sheet(a.Outreach.Task(in.ID))
}

// change lets something happen to a task on behalf of who asks.
func (a *API) changeTask(ctx context.Context, id string, ev outreach.Event) (*taskOutput, error) {
	return a.sheet(a.outreachOf(ctx).Do(ctx, books.By(ByOf(ctx)), id, 0, ev))
}

func (a *API) takeTask(ctx context.Context, in *IDInput) (*taskOutput, error) {
	return a.changeTask(ctx, in.ID, outreach.Take{By: workerOf(ctx)})
}

func (a *API) releaseTask(ctx context.Context, in *IDInput) (*taskOutput, error) {
	return a.changeTask(ctx, in.ID, outreach.Release{})
}

func (a *API) answerTask(ctx context.Context, in *struct {
	IDInput
	Body TaskAnswers
},
) (*taskOutput, error) {
	return a.changeTask(ctx, in.ID, outreach.Answer{Values: in.Body.Answers})
}

func (a *API) cancelTask(ctx context.Context, in *struct {
	IDInput
	Body TaskWhy
},
) (*taskOutput, error) {
	return a.changeTask(ctx, in.ID, outreach.Cancel{Why: in.Body.Why})
}

func (a *API) reopenTask(ctx context.Context, in *struct {
	IDInput
	Body TaskWhy
},
) (*taskOutput, error) {
	return a.changeTask(ctx, in.ID, outreach.Reopen{Why: in.Body.Why})
}

func (a *API) reportTask(ctx context.Context, in *struct {
	IDInput
	Body TaskResult
},
) (*taskOutput, error) {
	t, err := a.Outreach.Task(in.ID)
	if err != nil {
		return nil, err
	}
	at := contact.Attempt{
		At: time.Now().UTC(), By: workerOf(ctx), Call: in.Body.Call, Number: in.Body.Number, Result: contact.Result(in.Body.Result), Proof: in.Body.Proof,
		Note: in.Body.Note,
	}
	if at.Call == "" && at.Proof == "" {
		return nil, fault.Fields{{Path: "call", Key: "outreach.proof_missing", Message: "a call or another proof is needed"}}
	}
	if at.Call != "" {
		if err := a.shown(ctx, &at); err != nil {
			return nil, err
		}
	}
	if at.Number == "" && len(t.Numbers) > 0 {
		at.Number = t.Numbers[0]
	}
	return a.changeTask(ctx, in.ID, outreach.Attempt{Attempt: at})
}

// shown compares an attempt with what the box knows of its call.
func (a *API) shown(ctx context.Context, at *contact.Attempt) error {
	r, ok, err := a.Ledger.Record(call.ID(at.Call))
	if err != nil {
		return err
	}
	if ok {
		at.At, at.Recording = r.StartedAt, r.Recording
		if at.Result == contact.Reached && r.Disposition != call.Answered {
			return fault.New(fault.Conflict, "outreach.not_reached", "report attempt: call %s was answered by nobody", at.Call)
		}
		return nil
	}
	if _, err := a.Calls.Look(ctx, call.ID(at.Call)); err != nil { // nor is it up
		return fault.Fields{{Path: "call", Key: "outreach.call_unknown", Message: "there is no such call"}}
	}
	return nil
}

func (a *API) listScripts(context.Context, *struct{}) (*scriptsOutput, error) {
	rules := a.Outreach.Rules()
	out := &scriptsOutput{}
	out.Body.Scripts, out.Body.Plans = append([]outreach.Script{}, rules.Scripts...), append([]outreach.Plan{}, rules.Plans...)
	return out, nil
}

// scoresBack is how far back scores are summed when nobody says from when.
const scoresBack = 30 * 24 * time.Hour

func (a *API) surveyScores(_ context.Context, in *scoresInput) (*scoresOutput, error) {
	now := time.Now()
	if in.To.IsZero() {
		in.To = now
	}
	if in.From.IsZero() {
		in.From = in.To.Add(-scoresBack)
	}
	list, err := a.Outreach.Scores(in.Per, in.From, in.To)
	out := &scoresOutput{}
	out.Body.Items = append([]outreach.Score{}, list...)
	return out, err
}
