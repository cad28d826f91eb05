package feature

import (
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// startPhone begins the codes that concern phones and their calls rather than agents.
func (s *session) startPhone() []call.MenuEffect {
	phones := s.codes.Phones
	switch s.code {
	case "*8":
		return s.pickUp()
	case echoCode:
		return []call.MenuEffect{call.MenuPlay{Phrases: phrases("beep")}}
	case "*33":
		return s.watch(call.Listen)
	case "*34":
		return s.watch(call.Whisper)
	case "*35":
		return s.watch(call.Barge)
	case "*36":
		return s.order(s.codes.Orders.SignOut, "signed_out_forced")
	case "*37":
		return s.order(s.codes.Orders.HangUp, "hung_up_forced")
	case "*72":
		return s.forward(Always)
	case "*90":
		return s.forward(WhenBusy)
	case "*92":
		return s.forward(WhenNotAnswered)
	case "*78":
		return s.result(phones.Disturb(s.phone, false), "disturb_off")
	default: // *79
		return s.result(phones.Disturb(s.phone, true), "disturb_on")
	}
}

// pickUp takes a call that rings at the extension named, or in the own group.
func (s *session) pickUp() []call.MenuEffect {
	from := s.rest
	if from == "" {
		from = s.codes.Phones.Group(s.phone)
	}
	if from == "" {
		return s.finish("nothing_there")
	}
	return goTo(call.TargetPickup, from)
}

// watch takes part in an extension's conversation.
func (s *session) watch(w call.Watch) []call.MenuEffect {
	if s.rest == "" || !s.codes.Phones.MaySupervise(s.phone) {
		return s.finish("feature_failed")
	}
	return goTo(call.TargetWatch, w.String()+" "+s.rest)
}

// order does to somebody else what only supervisors may.
func (s *session) order(do func(supervisor, who string) error, done string) []call.MenuEffect {
	if s.rest == "" || !s.codes.Phones.MaySupervise(s.phone) {
		return s.finish("feature_failed")
	}
	return s.result(do(s.phone, s.rest), done, prompt.Digits(s.rest))
}

func (s *session) forward(when Forward) []call.MenuEffect {
	if err := s.codes.Phones.Forward(s.phone, when, s.rest); err != nil || s.rest == "" {
		return s.result(err, "forward_off")
	}
	return s.finish("forward_on", prompt.Digits(s.rest))
}

func goTo(kind call.TargetKind, name string) []call.MenuEffect {
	return []call.MenuEffect{call.MenuGo{Target: call.Target{Kind: kind, Name: name}}}
}
