package api

import (
	"context"
	"net/http"

	"github.com/dealerline/dealerline/internal/calls/conference"
	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/outreach"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/settings"
)

// single is a part of the settings of which there is one. One declaration makes its two operations.
type single[T any] struct {
	path, url string
	of        func(d *settings.Document) T
}

// singles are the parts of the settings that are no lists.
func singles(a *API) {
	type doc = settings.Document
	addSingle(a, single[settings.Dealership]{"dealership", "dealership", func(d *doc) settings.Dealership { return d.Dealership }})
	addSingle(a, single[settings.Calls]{"calls", "calls", func(d *doc) settings.Calls { return d.Calls }})
	addSingle(a, single[settings.Recording]{"recording", "recording", func(d *doc) settings.Recording { return d.Recording }})
	addSingle(a, single[map[string]string]{"prompt_numbers", "prompt-numbers", func(d *doc) map[string]string { return d.PromptNumbers }})
	addSingle(a, single[contact.Plan]{"tickets.contact", "contact-plan", func(d *doc) contact.Plan { return d.ContactPlan() }})
	addSingle(a, single[settings.Figures]{"figures", "figures", func(d *doc) settings.Figures { return d.Figures }})
	addSingle(a, single[settings.Site]{"site", "site", func(d *doc) settings.Site { return d.Site }})
	addSingle(a, single[conference.Room]{"conferences.ad_hoc", "conference-ad-hoc", adHocRoom})
	addSingle(a, single[int]{"voicemail.keep_days", "voicemail-keep-days", func(d *doc) int { return d.Voicemail.KeepDays }})
	addSingle(a, single[int]{"voicemail.max_mb", "voicemail-max-mb", func(d *doc) int { return d.Voicemail.MaxMB }})
	addSingle(a, single[outreach.SurveyRule]{"outreach.survey", "survey-rule", func(d *doc) outreach.SurveyRule { return d.Outreach.Survey }})
	addSingle(a, single[bool]{"outreach.plans_off", "outreach-plans-off", func(d *doc) bool { return d.Outreach.PlansOff }})
	addSingle(a, single[int]{"analog.priority", "analog-priority", func(d *doc) int { return d.Analog.Priority }})
}

// adHocRoom is how rooms made from a call are; settings without a word about that have the rooms that most want.
func adHocRoom(d *settings.Document) conference.Room {
	if d.Conferences.AdHoc.MaxParties == 0 {
		return conference.DefaultRoom()
	}
	return d.Conferences.AdHoc
}

type partOutput[T any] struct {
	ETag string `header:"ETag"`
	Body T
}

type partInput[T any] struct {
	IfMatch
	Body edited[T]
}

// part is a part of the settings in an API.
type part[T any] struct {
	*API
	single[T]
}

func addSingle[T any](a *API, declared single[T]) {
	s := part[T]{a, declared}
	Add(a, Op{
		ID: "get-" + s.url + "-settings", Method: http.MethodGet, Path: "/settings/" + s.url, Tag: "settings",
		Summary: "The settings' part " + s.path, Perm: account.SettingsRead,
	}, s.get)
	Add(a, Op{
		ID: "update-" + s.url + "-settings", Method: http.MethodPut, Path: "/settings/" + s.url, Tag: "settings",
		Summary: "Change the settings' part " + s.path, Perm: account.SettingsWrite, Unchecked: true,
	}, s.put)
}

func (s part[T]) get(context.Context, *struct{}) (*partOutput[T], error) {
	v := s.of(s.Settings.Current())
	tag, err := tagOf(v)
	return &partOutput[T]{tag, v}, err
}

func (s part[T]) put(ctx context.Context, in *partInput[T]) (*partOutput[T], error) {
	if _, err := in.Body.value(); err != nil {
		return nil, err
	}
	_, err := s.edit(ctx, s.path, s.path, func(d *settings.Document, t *tree) error {
		if err := in.checkTag(s.of(d)); err != nil {
			return err
		}
		return t.set(s.path, in.Body.raw)
	})
	if err != nil {
		return nil, err
	}
	return s.get(ctx, nil)
}
