package api

import (
	"context"
	"net/http"

	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/outreach"
	"github.com/dealerline/dealerline/internal/edge/account"
)

// SurveyFields is a survey of many customers.
type SurveyFields struct {
	Customers  []string `json:"customers" minItems:"1" maxItems:"500" nullable:"false" doc:"Their ids"`
	Way        string   `json:"way,omitempty" enum:"call,sms" doc:"The box calls and asks by keys, or sends an SMS with a link; absent: agents call"`
	Script     string   `json:"script,omitempty" maxLength:"100" doc:"What is asked; by call it may be absent"`
	Subject    string   `json:"subject,omitempty" maxLength:"200"`
	About      string   `json:"about,omitempty" maxLength:"64" doc:"The agent whose service it is about"`
	Queue      string   `json:"queue,omitempty" maxLength:"64"`
	Department string   `json:"department,omitempty" maxLength:"200"`
}

// SurveyMade is what was made of it.
type SurveyMade struct {
	Batch   string             `json:"batch" doc:"The survey's id"`
	Made    int                `json:"made"`
	Skipped []outreach.Skipped `json:"skipped" nullable:"false" doc:"Who is not asked, and why"`
}

// SurveyCancelled is how many were called off.
type SurveyCancelled struct {
	Cancelled int `json:"cancelled"`
}

// surveys are questions to many customers at once.
func surveys(a *API) {
	op := func(id, method, path, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: method, Path: "/outreach/surveys" + path, Tag: "outreach", Summary: summary, Perm: perm}
	}
	create := op("create-survey", http.MethodPost, "", "Ask many customers: each becomes a task. Who wants no calls is passed over", account.OutreachManage)
	create.Status = http.StatusCreated
	Add(a, create, a.createSurvey)
	Add(a, op("get-survey", http.MethodGet, "/{id}", "How far a survey has come, as counts by state and outcome", account.CustomersRead), a.getSurvey)
	Add(a, op("cancel-survey", http.MethodPost, "/{id}/cancel", "Call off what is open of a survey; calls that are up end", account.OutreachManage), a.cancelSurvey)
}

func (a *API) createSurvey(ctx context.Context, in *struct{ Body SurveyFields }) (*struct{ Body SurveyMade }, error) {
	f := in.Body
	batch, made, skipped, err := a.outreachOf(ctx).Ask(ctx, books.By(ByOf(ctx)), outreach.Task{
		Way: outreach.Way(f.Way), Script: f.Script, Subject: f.Subject, About: f.About, Queue: f.Queue, Department: f.Department,
	}, f.Customers)
	return &struct{ Body SurveyMade }{SurveyMade{batch, made, append([]outreach.Skipped{}, skipped...)}}, err
}

func (a *API) getSurvey(_ context.Context, in *IDInput) (*struct{ Body outreach.Asking }, error) {
	p, err := a.Outreach.Batch(in.ID)
	return &struct{ Body outreach.Asking }{p}, err
}

func (a *API) cancelSurvey(ctx context.Context, in *struct {
	IDInput
	Body TaskWhy
},
) (*struct{ Body SurveyCancelled }, error) {
	n, err := a.outreachOf(ctx).CancelBatch(ctx, books.By(ByOf(ctx)), in.ID, in.Body.Why)
	return &struct{ Body SurveyCancelled }{SurveyCancelled{n}}, err
}
