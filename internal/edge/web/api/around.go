package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/conference"
	"github.com/dealerline/dealerline/internal/calls/station"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// Meetings are the conferences that go on.
type Meetings interface {
	List(ctx context.Context) ([]conference.RoomView, error)
	Look(ctx context.Context, number string) (conference.RoomView, error)
	Mute(ctx context.Context, number string, party call.ID, on bool) error
	Lock(ctx context.Context, number string, on bool) error
	Kick(ctx context.Context, number string, party call.ID) error
	End(ctx context.Context, number string) error
}

type numberInput struct {
	IDInput
	Body struct {
		Number string `json:"number" minLength:"1" maxLength:"32" pattern:"^[0-9*#]+$" doc:"As it would be dialled on the phone"`
	}
}

type superviseInput struct {
	IDInput
	Body struct {
		How string `json:"how" enum:"listen,whisper,barge,take_over" doc:"Heard by nobody, by the agent alone, by all, or in the agent's place"`
	}
}

type superviseOutput struct {
	Body struct {
		Call string `json:"call,omitempty" doc:"The call that rings one's phone; empty when one takes part already"`
	}
}

type releaseInput struct {
	IDInput
	Body struct {
		Extension string `json:"extension" minLength:"1" maxLength:"32" doc:"The phone that is hung up"`
	}
}

type meetingsOutput struct {
	Body Page[conference.RoomView]
}

// RoomInput names a conference room.
type RoomInput struct {
	Room string `path:"room" maxLength:"64" doc:"The room's number"`
}

// PartyInput names a party of a conference.
type PartyInput struct {
	RoomInput
	Party string `path:"party" maxLength:"64" doc:"The call of the party"`
}

type inviteInput struct {
	RoomInput
	Body struct {
		Number string `json:"number" minLength:"1" maxLength:"32" pattern:"^[0-9*#]+$" doc:"As it would be dialled on one's phone"`
	}
}

type inviteOutput struct {
	Body struct {
		Call string `json:"call" doc:"The call that the party will have"`
	}
}

type lockInput struct {
	RoomInput
	Body struct {
		On bool `json:"on"`
	}
}

type muteInput struct {
	PartyInput
	Body struct {
		On bool `json:"on"`
	}
}

// StationInput names a phone.
type StationInput struct {
	Extension string `path:"extension" maxLength:"32"`
}

type stationOutput struct{ Body station.Station }

type stationChange struct {
	StationInput
	Body struct {
		DoNotDisturb bool   `json:"do_not_disturb"`
		Always       string `json:"forward_always,omitempty" maxLength:"32" pattern:"^[0-9*#]*$"`
		Busy         string `json:"forward_busy,omitempty" maxLength:"32" pattern:"^[0-9*#]*$"`
		NoAnswer     string `json:"forward_no_answer,omitempty" maxLength:"32" pattern:"^[0-9*#]*$"`
	}
}

// around is what one does with conversations: one's own, those one supervises, conferences, and calls that go elsewhere.
func around(a *API) {
	op := func(id, method, path, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: method, Path: path, Tag: "calls", Summary: summary, Perm: perm, Status: http.StatusAccepted}
	}
	for id, c := range map[string]struct {
		summary string
		do      call.Around
	}{
		"complete": {"Leave the one consulted and the one who waits to each other", call.DoComplete},
		"abort":    {"Give a consultation up and go back", call.DoAbort},
		"merge":    {"Let all three speak with one another", call.DoThreeWay},
		"swap":     {"Swap who waits during a consultation", call.DoSwap},
		"park":     {"Park the other party", call.DoPark},
		"conference": {
			"Move all who speak into a conference of their own, whose number is adhoc- and the call's id; one's phone moderates it", call.DoConference,
		},
	} {
		Add(a, op(id+"-call", http.MethodPost, "/live/calls/{id}/"+id, c.summary, account.CallsControl),
			func(ctx context.Context, in *IDInput) (*struct{}, error) {
				return nil, a.own(ctx, in.ID, func(id call.ID, ext string) error { return a.Calls.Around(id, ext, c.do, "") })
			})
	}
	for id, c := range map[string]struct {
		summary string
		do      call.Around
	}{
		"transfer": {"Pass the other party on to a number; one's phone rings again if nobody is reached", call.DoTransfer},
		"consult":  {"Speak with a number while the other party waits", call.DoConsult},
	} {
		Add(a, op(id+"-call", http.MethodPost, "/live/calls/{id}/"+id, c.summary, account.CallsControl),
			func(ctx context.Context, in *numberInput) (*struct{}, error) {
				return nil, a.own(ctx, in.ID, func(id call.ID, ext string) error { return a.Calls.Around(id, ext, c.do, in.Body.Number) })
			})
	}
	Add(a, op("supervise-call", http.MethodPost, "/live/calls/{id}/supervise",
		"Take part in somebody's conversation: one's phone rings first", account.CallsMonitor), a.supervise)
	Add(a, op("release-phone", http.MethodPost, "/live/calls/{id}/release", "Hang up somebody's phone", account.CallsMonitor), a.release)
	stations(a)
	meetings(a)
}

func stations(a *API) {
	op := func(id, method, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: method, Path: "/extensions/{extension}/forwarding", Tag: "calls", Summary: summary, Perm: perm}
	}
	Add(a, op("get-forwarding", http.MethodGet, "Where a phone's calls go: one's own, or with calls.monitor any", account.CallsControl), a.getForwarding)
	Add(a, op("change-forwarding", http.MethodPut, "Have a phone's calls go elsewhere, or not ring", account.CallsControl), a.changeForwarding)
}

func meetings(a *API) {
	op := func(id, method, path, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: method, Path: "/live/conferences" + path, Tag: "calls", Summary: summary, Perm: perm}
	}
	Add(a, op("list-conferences", http.MethodGet, "", "The conferences that go on, and who is in them: all with calls.monitor, otherwise those one's phone is in",
		account.LiveRead), a.listConferences)
	invite := op("invite-party", http.MethodPost, "/{room}/parties",
		"Dial a number by the rules of one's phone, and let whoever answers into the room. One's phone is in the room, or one has calls.monitor", account.CallsControl)
	invite.Status = http.StatusAccepted
	Add(a, invite, a.inviteParty)
	Add(a, op("lock-conference", http.MethodPut, "/{room}/lock", "Let nobody in but moderators, or end that", account.CallsMonitor),
		func(ctx context.Context, in *lockInput) (*struct{}, error) {
			return nil, a.Conferences.Lock(ctx, in.Room, in.Body.On)
		})
	Add(a, op("mute-party", http.MethodPut, "/{room}/parties/{party}/mute", "Have a party not be heard, or end that", account.CallsMonitor),
		func(ctx context.Context, in *muteInput) (*struct{}, error) {
			return nil, a.Conferences.Mute(ctx, in.Room, call.ID(in.Party), in.Body.On)
		})
	Add(a, op("kick-party", http.MethodDelete, "/{room}/parties/{party}", "Send a party away", account.CallsMonitor),
		func(ctx context.Context, in *PartyInput) (*struct{}, error) {
			return nil, a.Conferences.Kick(ctx, in.Room, call.ID(in.Party))
		})
	Add(a, op("end-conference", http.MethodDelete, "/{room}", "Send all away", account.CallsMonitor),
		func(ctx context.Context, in *RoomInput) (*struct{}, error) {
			return nil, a.Conferences.End(ctx, in.Room)
		})
}

func (a *API) supervise(ctx context.Context, in *superviseInput) (*superviseOutput, error) {
	ext, err := a.extension(ctx)
	if err != nil {
		return nil, err
	}
	if ext == "" {
		return nil, errNoPhone()
	}
	id, err := a.Calls.Supervise(ctx, call.ID(in.ID), ext, in.Body.How)
	if err != nil {
		return nil, err
	}
	out := &superviseOutput{}
	out.Body.Call = string(id)
	return out, a.note(ctx, "call", in.ID, map[string]string{"what": in.Body.How, "supervisor": ext})
}

func (a *API) release(ctx context.Context, in *releaseInput) (*struct{}, error) {
	if err := a.Calls.HangUp(call.ID(in.ID), in.Body.Extension); err != nil {
		return nil, err
	}
	return nil, a.note(ctx, "call", in.ID, map[string]string{"what": "phone hung up by force", "extension": in.Body.Extension})
}

// ownPhone refuses what concerns somebody else's phone to those who may not.
func (a *API) ownPhone(ctx context.Context, extension string) error {
	own, err := a.extension(ctx)
	if err != nil {
		return err
	}
	if extension != own && !CallerOf(ctx).May(account.CallsMonitor) {
		return fault.New(fault.Denied, "call.not_your_phone", "find extension %s: it is not the caller's phone", extension)
	}
	return nil
}

func (a *API) getForwarding(ctx context.Context, in *StationInput) (*stationOutput, error) {
	return &stationOutput{a.Stations.Of(in.Extension)}, a.ownPhone(ctx, in.Extension)
}

func (a *API) changeForwarding(ctx context.Context, in *stationChange) (*stationOutput, error) {
	if err := a.ownPhone(ctx, in.Extension); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(a.Settings.Current().Extensions, func(e sipua.Extension) bool { return e.Number == in.Extension }) {
		return nil, fault.New(fault.NotFound, keyNotFound, "find extension %s: there is none", in.Extension)
	}
	err := a.Stations.Set(in.Extension, func(s *station.Station) {
		s.Disturb, s.Always, s.Busy, s.NoAnswer = in.Body.DoNotDisturb, in.Body.Always, in.Body.Busy, in.Body.NoAnswer
	})
	if err != nil {
		return nil, err
	}
	return &stationOutput{a.Stations.Of(in.Extension)}, a.note(ctx, "extension", in.Extension, map[string]string{"what": "forwarding changed"})
}

// listConferences shows all to those who supervise, and to everybody else those in which their phone is.
func (a *API) listConferences(ctx context.Context, _ *struct{}) (*meetingsOutput, error) {
	list, err := a.Conferences.List(ctx)
	if err != nil {
		return nil, err
	}
	if !CallerOf(ctx).May(account.CallsMonitor) {
		ext, err := a.extension(ctx)
		if err != nil {
			return nil, err
		}
		list = slices.DeleteFunc(list, func(r conference.RoomView) bool { return !sits(r, ext) })
	}
	return &meetingsOutput{Page[conference.RoomView]{Items: orEmpty(list)}}, nil
}

// sits reports whether a phone of the house is in a room.
func sits(r conference.RoomView, extension string) bool {
	return extension != "" && slices.ContainsFunc(r.Parties, func(p conference.PartyView) bool {
		return p.Phase == conference.Inside && p.Extension == extension
	})
}

func (a *API) inviteParty(ctx context.Context, in *inviteInput) (*inviteOutput, error) {
	ext, err := a.extension(ctx)
	if err != nil {
		return nil, err
	}
	if ext == "" {
		return nil, errNoPhone()
	}
	r, err := a.Conferences.Look(ctx, in.Room)
	if err != nil {
		return nil, err
	}
	if !sits(r, ext) && !CallerOf(ctx).May(account.CallsMonitor) {
		return nil, fault.New(fault.Denied, "conference.not_in", "invite into conference %q: the caller's phone is not in it", in.Room)
	}
	id, err := a.Calls.Invite(ext, in.Body.Number, in.Room)
	if err != nil {
		return nil, err
	}
	out := &inviteOutput{}
	out.Body.Call = string(id)
	return out, a.note(ctx, "call", string(id), map[string]string{"what": "invited into a conference", "room": in.Room})
}
