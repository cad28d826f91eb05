package call

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// talking is a caller from outside who speaks with an agent of a queue at 8001.
func talking(t *testing.T) *script {
	t.Helper()
	s := arrived(t, line.Trunk, Target{TargetQueue, "q"})
	s.s.Policy.Codes = true
	s.s.Policy.HoldLimit = 3 * time.Minute
	s.do(QueueSaid{QueueOffer{offer(1)}})
	s.do(Dialed{1, agentLeg(1)})
	s.do(LegSaid{1, line.Answered{}})
	if s.s.Phase != Talking {
		t.Fatalf("phase %s", s.s.Phase)
	}
	return s
}

// keys presses them one after another on a leg, and returns what the last one did.
func (s *script) keys(leg int, keys string) (last []string) {
	s.t.Helper()
	for _, k := range []byte(keys) {
		last = s.do(LegSaid{leg, line.Digit{Key: k}})
	}
	return last
}

func (s *script) wantDone(got []string, want ...string) {
	s.t.Helper()
	if !slices.Equal(got, want) {
		s.t.Errorf("in %s:\n got  %q\n want %q", s.s.Phase, got, want)
	}
}

// rung lets the try that was just begun have one leg, of an extension.
func (s *script) rung(extension string) (leg int) {
	s.t.Helper()
	leg = len(s.s.Legs)
	s.do(Dialed{len(s.s.Tries), []line.Info{{ID: extension, Direction: line.Outbound, Kind: line.Extension, Line: extension}}})
	return leg
}

func (s *script) voices(leg int) string {
	l := s.s.Legs[leg]
	return fmt.Sprintf("%d/%d", l.Talk, l.Hear)
}

// asking is the same conversation with the agent at 8001 speaking with 8002, who is leg 2, while the caller waits.
func asking(t *testing.T) *script {
	t.Helper()
	s := talking(t)
	s.wantDone(s.keys(1, "*2"), "say 1", "Voices", "music 0 default")
	s.wantDone(s.keys(1, "8002#"), "hush 1", "Resolve", "Voices", "hush 0")
	s.wantDone(s.do(Resolved{1, keyConsult, Target{TargetExtension, "8002"}, true}), "Dial", "Voices", "music 0 default")
	s.rung("8002")
	s.wantDone(s.do(LegSaid{2, line.Ringing{}}), "music 1 ringback")
	s.wantDone(s.do(LegSaid{2, line.Answered{}}), "sit 2", "hush 1")
	if got := s.voices(0) + " " + s.voices(1) + " " + s.voices(2); got != "1/1 2/2 2/2" {
		t.Errorf("voices %s", got)
	}
	return s
}

func TestABlindTransferByKeysLeadsTheCallerOn(t *testing.T) {
	s := talking(t)
	s.do(LegSaid{1, line.Digit{Key: '#'}})
	s.wantDone(s.keys(1, "#"), "say 1", "Voices", "music 0 default")
	s.wantDone(s.keys(1, "601#"), "hush 1", "Resolve", "Voices", "hush 0")
	s.wantDone(s.do(Resolved{1, keyBlind, Target{TargetQueue, "q_other"}, true}),
		"ConversationEnded{Offer:1 ByAgent:true Transferred:true}", "leg 1: Hangup normal_clearing", "music 0 default", "JoinQueue", "Voices")
	if s.s.Phase != InQueue || s.s.Record.Queue != "q_other" {
		t.Errorf("%s, queue %s", s.s.Phase, s.s.Record.Queue)
	}
	s.wantDone(s.do(LegSaid{1, line.Ended{Cause: line.NormalClearing}}), "Unsit")
	s.do(QueueSaid{QueueOffer{offer(2)}})
	s.rung("8002")
	s.do(LegSaid{2, line.Answered{}})
	s.do(LegSaid{0, line.Ended{Cause: line.NormalClearing, Remote: true}})
	s.do(LegSaid{2, line.Ended{Cause: line.NormalClearing}})
	if r := s.s.Record; r.Disposition != Answered || r.Agent != "a2" || r.EndedBy != "caller" || len(r.Legs) != 3 {
		t.Errorf("record %+v", r)
	}
}

// A transfer that reaches nobody comes back to who made it, and from there to the queue: the caller is not lost.
func TestATransferThatFailsComesBack(t *testing.T) {
	s := talking(t)
	s.do(LegSaid{1, line.Transfer{To: "8002"}})
	s.wantDone(s.do(Resolved{1, keySignal, Target{TargetExtension, "8002"}, true}), "leg 1: TransferResult",
		"ConversationEnded{Offer:1 ByAgent:true Transferred:true}", "leg 1: Hangup normal_clearing", "music 0 default", "Dial", "Voices")
	s.do(LegSaid{1, line.Ended{}})
	s.wantDone(s.do(DialFailed{2, line.UserBusy}), "AskForward")
	s.wantDone(s.do(Forwarded{Try: 2, Cause: line.UserBusy}), "music 0 default", "Dial")
	if try := s.s.Tries[2]; try.Role != Recalled || try.Target.Name != "8001" {
		t.Errorf("the second try is %+v", try)
	}
	s.wantDone(s.do(DialFailed{3, line.NoAnswer}), "JoinQueue")
	if s.s.Phase != InQueue {
		t.Errorf("phase %s", s.s.Phase)
	}
}

func TestAnAgentAsksAndLeavesTheCallerWithTheOneAsked(t *testing.T) {
	s := asking(t)
	s.keys(1, "*2")
	if got := s.voices(0) + " " + s.voices(1) + " " + s.voices(2); got != "1/1 0/0 1/1" || s.s.Peer != 2 || s.s.Legs[0].Tune != "" {
		t.Errorf("peer %d, voices %s, %+v", s.s.Peer, got, s.s.Legs[0])
	}
	s.do(LegSaid{1, line.Ended{}})
	s.do(LegSaid{2, line.Ended{Cause: line.NormalClearing, Remote: true}})
	s.do(LegSaid{0, line.Ended{}})
	if r := s.s.Record; s.s.Phase != Over || r.Extension != "8002" || r.Agent != "a1" || len(r.Legs) != 3 {
		t.Errorf("%s, record %+v", s.s.Phase, r)
	}
}

func TestWhoAsksMayGiveUpSwapAndJoinAll(t *testing.T) {
	s := asking(t)
	s.keys(1, "*4")
	if got := s.voices(0) + " " + s.voices(1) + " " + s.voices(2); got != "1/1 1/1 0/0" || s.s.Legs[2].Tune == "" {
		t.Errorf("after the swap: voices %s, %+v", got, s.s.Legs[2])
	}
	s.keys(1, "*4")
	s.keys(1, "*3")
	if len(s.s.Joined) != 1 || s.voices(0) != s.voices(2) || s.s.Legs[0].Tune != "" {
		t.Errorf("three-way: %+v", s.s.Legs)
	}
	s.do(LegSaid{1, line.Ended{Cause: line.NormalClearing, Remote: true}}) // the other two go on
	if s.s.Phase != Talking || s.s.Peer != 2 || s.s.Record.Extension != "8002" {
		t.Errorf("%s with leg %d, record %+v", s.s.Phase, s.s.Peer, s.s.Record)
	}

	s = asking(t)
	s.wantDone(s.keys(1, "*1"), "leg 2: Hangup normal_clearing", "hush 1", "Voices", "Voices", "hush 0")
	if s.s.Phase != Talking || s.s.Peer != 1 || s.s.Consult.On {
		t.Errorf("%+v", s.s)
	}
}

// The one asked does not answer yet, and the agent hangs up: the caller hears it ring, and comes back if it is in vain.
func TestWhoAsksMayLeaveWhileItRings(t *testing.T) {
	s := talking(t)
	s.keys(1, "*28002#")
	s.do(Resolved{1, keyConsult, Target{TargetExtension, "8002"}, true})
	leg := s.rung("8002")
	s.do(LegSaid{leg, line.Ringing{}})
	s.do(LegSaid{1, line.Ended{Cause: line.NormalClearing, Remote: true}})
	if s.s.Phase != Dialing {
		t.Fatalf("phase %s", s.s.Phase)
	}
	s.do(LegSaid{leg, line.Answered{}})
	if s.s.Phase != Talking || s.s.Peer != leg || s.s.Guest != 0 {
		t.Errorf("%s with leg %d", s.s.Phase, s.s.Peer)
	}
}

// Who called from the house leaves the one called to somebody else: the one called is the guest from then on.
func TestTheCallerMayPassTheCalledOn(t *testing.T) {
	s := arrived(t, line.Extension, Target{TargetExternal, "13800138000"})
	s.s.Policy.Codes = true
	s.do(Dialed{1, []line.Info{{ID: "out", Direction: line.Outbound, Kind: line.Trunk, Line: "carrier", To: "13800138000"}}})
	s.do(LegSaid{1, line.Answered{}})
	s.keys(0, "##8002#")
	s.do(Resolved{0, keyBlind, Target{TargetExtension, "8002"}, true})
	s.do(LegSaid{0, line.Ended{}})
	leg := s.rung("8002")
	s.wantDone(s.do(LegSaid{leg, line.Ringing{}}), "music 1 ringback")
	s.do(LegSaid{leg, line.Answered{}})
	if s.s.Guest != 1 || s.s.Peer != leg || s.s.Phase != Talking {
		t.Errorf("guest %d, peer %d, %s", s.s.Guest, s.s.Peer, s.s.Phase)
	}
	s.wantDone(s.do(LegSaid{1, line.Ended{Cause: line.NormalClearing, Remote: true}}),
		"Unsit", "StopRecording", fmt.Sprintf("leg %d: Hangup normal_clearing", leg))
}

func TestCustomersKeysTransferNothing(t *testing.T) {
	s := talking(t)
	if got := s.keys(0, "##"); len(got) != 0 {
		t.Errorf("a customer's keys did %q", got)
	}
	s.s.Policy.Codes = false
	if got := s.keys(1, "##"); len(got) != 0 {
		t.Errorf("keys did %q although they are switched off", got)
	}
}

// A phone that transfers by two calls of its own: the other call's party takes its place, under one record.
func TestAPhoneJoinsItsTwoCalls(t *testing.T) {
	s := talking(t)
	s.wantDone(s.do(LegSaid{1, line.Transfer{To: "8002", Replaces: "other-dialog"}}), "Yield")
	s.wantDone(s.do(Gained{From: "c2", Info: line.Info{ID: "x", Kind: line.Extension, Line: "8002"}, Record: LegRecord{
		ID: "x", Kind: line.Extension, Line: "8002",
	}, As: AsPartner}), "leg 1: TransferResult", "sit 2", "ConversationEnded{Offer:1 ByAgent:true Transferred:true}",
		"leg 1: Hangup normal_clearing", "hush 0", "Voices")
	if s.s.Peer != 2 || s.s.Phase != Talking || !slices.Equal(s.s.Record.JoinedFrom, []ID{"c2"}) {
		t.Errorf("peer %d, %s, record %+v", s.s.Peer, s.s.Phase, s.s.Record)
	}

	y := arrived(t, line.Extension, Target{TargetExtension, "8002"}) // the phone's other call
	leg := y.rung("8002")
	y.do(LegSaid{leg, line.Answered{}})
	y.wantDone(y.do(YieldTo{"c", 0}), "Unsit", "Give", "StopRecording", "leg 0: Hangup normal_clearing")
	y.do(GivenAway{leg})
	y.wantDone(y.do(LegSaid{0, line.Ended{}}), "Unsit", "Finish")
	if y.s.Record.JoinedTo != "c" || y.s.Record.Disposition != Answered {
		t.Errorf("record %+v", y.s.Record)
	}
}

func TestAForgottenHoldRingsThePhoneThatHolds(t *testing.T) {
	s := talking(t)
	s.wantDone(s.do(LegSaid{1, line.Held{}}), "music 0 default")
	s.wantDone(s.do(Fired{Timer{HoldTimer, 1}}), "Dial")
	leg := s.rung("8001")
	s.wantDone(s.do(LegSaid{leg, line.Answered{}}), "sit 2", "leg 1: Hangup normal_clearing", "Voices", "hush 0")
	s.do(LegSaid{1, line.Ended{}})
	s.wantDone(s.do(LegSaid{leg, line.Ended{Cause: line.NormalClearing, Remote: true}}),
		"Unsit", "ConversationEnded{Offer:1 ByAgent:true Transferred:false}", "StopRecording", "leg 0: Hangup normal_clearing")
}

func TestAParkedCallerIsFetchedByAnyPhoneAndComesBackWhenForgotten(t *testing.T) {
	park := func() *script {
		s := talking(t)
		s.wantDone(s.keys(1, "*6"), "ConversationEnded{Offer:1 ByAgent:true Transferred:true}", "hush 1", "music 0 default", "TakeSlot", "Voices")
		s.wantDone(s.do(SlotIs{"701", true}), "say 1")
		s.wantDone(s.do(Played{s.s.Plays, media.Finished}), "leg 1: Hangup normal_clearing")
		s.do(LegSaid{1, line.Ended{}})
		return s
	}
	s := park()
	s.wantDone(s.do(Gained{
		From: "c2", Info: line.Info{Kind: line.Extension, Line: "8003"}, Record: LegRecord{Kind: line.Extension, Line: "8003"},
		As: AsRetriever, Name: "701",
	}), "FreeSlot", "sit 2", "hush 0")
	if s.s.Phase != Talking || s.s.Record.Extension != "8003" {
		t.Errorf("%s, %+v", s.s.Phase, s.s.Record)
	}
	s = park()
	s.wantDone(s.do(Fired{Timer{Kind: ParkTimer}}), "music 0 default", "Dial")
	s.wantDone(s.do(DialFailed{2, line.NoAnswer}), "music 0 default")
	if s.s.Phase != Parked {
		t.Errorf("phase %s", s.s.Phase)
	}
	s.wantDone(s.do(LegSaid{0, line.Ended{Cause: line.NormalClearing, Remote: true}}), "Unsit", "FreeSlot", "StopRecording", "Finish")
}

func TestAPhonePicksUpWhatRingsOnAnother(t *testing.T) {
	s := arrived(t, line.Trunk, Target{TargetQueue, "q"})
	s.do(QueueSaid{QueueOffer{offer(1)}})
	s.do(Dialed{1, agentLeg(1)})
	s.do(LegSaid{1, line.Ringing{}})
	s.wantDone(s.do(Gained{From: "c2", Info: line.Info{Kind: line.Extension, Line: "8003"}, Record: LegRecord{Kind: line.Extension, Line: "8003"}, As: AsAnswer, Name: "8001"}),
		"leg 1: Hangup answered_elsewhere", "OfferFailed{Offer:1 Cause:answered_elsewhere}", "CallGone{}", "sit 2", "hush 0", "StartRecording")

	z := arrived(t, line.Extension, Target{TargetPickup, "8001"}) // the call of the phone that picks up
	z.wantDone(z.do(Sought{Target{TargetPickup, "8001"}, "c", true}), "Unsit", "Give")
	z.wantDone(z.do(GivenAway{0}), "Finish")
	z = arrived(t, line.Extension, Target{TargetPickup, "8001"})
	z.wantDone(z.do(Sought{Target: Target{TargetPickup, "8001"}}), "say 0")
	z.wantDone(z.do(Played{z.s.Plays, media.Finished}), "leg 0: Hangup call_rejected")
}

func TestASupervisorIsHeardByWhomHeChooses(t *testing.T) {
	s := talking(t)
	s.do(Gained{From: "c2", Info: line.Info{Kind: line.Extension, Line: "8009"}, Record: LegRecord{Kind: line.Extension, Line: "8009"}, As: AsWatcher, Watch: Listen, Name: "8001"})
	const sup = 2
	for key, want := range map[byte]string{'4': "1/1 1/5 0/3", '5': "1/1 1/5 4/3", '6': "1/1 1/5 1/3"} {
		s.do(LegSaid{sup, line.Digit{Key: key}})
		if got := s.voices(0) + " " + s.voices(1) + " " + s.voices(sup); got != want {
			t.Errorf("key %c: voices %s, want %s", key, got, want)
		}
	}
	s.wantDone(s.do(LegSaid{sup, line.Digit{Key: '8'}}), "ConversationEnded{Offer:1 ByAgent:true Transferred:true}",
		"leg 1: Hangup normal_clearing", "Voices", "Voices")
	if s.s.Peer != sup || s.voices(0) != "1/1" {
		t.Errorf("peer %d, voices %s", s.s.Peer, s.voices(0))
	}
}

func TestASurveyFollowsWhenTheAgentHangsUp(t *testing.T) {
	s := arrived(t, line.Trunk, Target{TargetQueue, "q"})
	s.do(LegSaid{0, line.Answered{}})
	o := offer(1)
	o.Survey = "survey"
	s.do(QueueSaid{QueueOffer{o}})
	s.do(Dialed{1, agentLeg(1)})
	s.do(LegSaid{1, line.Answered{}})
	s.wantDone(s.do(LegSaid{1, line.Ended{Cause: line.NormalClearing, Remote: true}}),
		"Unsit", "ConversationEnded{Offer:1 ByAgent:true Transferred:false}", "OpenMenu", "menu: call.MenuStarted")
	s.do(MenuSaid{[]MenuEffect{MenuSet{"survey", "5"}, MenuGo{Target{Kind: TargetHangup}}}})
	s.do(LegSaid{0, line.Ended{}})
	if r := s.s.Record; r.Disposition != Answered || r.EndedBy != "agent" || r.Attrs["survey"] != "5" {
		t.Errorf("record %+v", r)
	}
}

func TestCallsFollowThePhonesUser(t *testing.T) {
	s := arrived(t, line.Trunk, Target{TargetExtension, "8001"})
	s.wantDone(s.do(Forwarded{Try: 1, To: Target{TargetExtension, "8002"}, OK: true}), "Dial") // before anything rang
	leg := s.rung("8002")
	s.do(LegSaid{leg, line.Ended{Cause: line.UserBusy, Remote: true}})
	s.wantDone(s.do(Forwarded{2, line.UserBusy, Target{TargetExtension, "8003"}, true}), "Dial")
	leg = s.rung("8003")
	s.wantDone(s.do(Fired{Timer{RingTimer, 3}}), fmt.Sprintf("leg %d: Hangup no_answer", leg), "AskForward")
	s.wantDone(s.do(Forwarded{Try: 3, Cause: line.NoAnswer}), "leg 0: Hangup no_answer")
}

// The box's consultation ends with a transfer by other means: who was asked does not stay, unheard, in the call.
func TestATransferEndsAConsultation(t *testing.T) {
	for name, ev := range map[string]Event{
		"at a screen":    Resolved{1, keyBlind, Target{TargetQueue, "q_other"}, true},
		"by signalling":  Resolved{1, keySignal, Target{TargetQueue, "q_other"}, true},
		"with two calls": LegSaid{1, line.Transfer{To: "8003", Replaces: "other"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := asking(t)
			if s.do(ev); s.s.Consult.On || !s.s.Legs[2].Dropped || s.voices(2) != "0/0" {
				t.Errorf("the one asked: %+v", s.s.Legs[2])
			}
		})
	}
}

// What rings for somebody who no longer wants it must not stop what rings for the caller.
func TestWhatRingsForAHoldEndsWithIt(t *testing.T) {
	held := func(t *testing.T) *script {
		s := talking(t)
		s.do(LegSaid{1, line.Held{}})
		s.do(Fired{Timer{HoldTimer, 1}})
		s.rung("8001")
		return s
	}
	t.Run("taken back", func(t *testing.T) {
		s := held(t)
		if s.do(LegSaid{1, line.Unheld{}}); !s.s.Legs[2].Dropped {
			t.Error("the phone rings on")
		}
	})
	t.Run("passed on", func(t *testing.T) {
		s := held(t)
		s.do(Resolved{1, keySignal, Target{TargetExtension, "8002"}, true})
		s.rung("8002")
		s.do(LegSaid{2, line.Answered{}})
		if s.s.Legs[3].Dropped || !s.s.Legs[2].Dropped || s.s.Phase != Dialing {
			t.Errorf("%s: who holds %+v, who is rung %+v", s.s.Phase, s.s.Legs[2], s.s.Legs[3])
		}
	})
	t.Run("asking somebody", func(t *testing.T) {
		s := held(t)
		s.do(Resolved{1, keyConsult, Target{TargetExtension, "8002"}, true})
		s.rung("8002")
		s.do(LegSaid{2, line.Answered{}})
		if s.s.Consult.On || !s.s.Legs[3].Dropped || s.s.Peer != 2 {
			t.Errorf("peer %d, %+v", s.s.Peer, s.s.Consult)
		}
	})
}

// Who comes too late to watch or to pick up leaves no trace: a guest who is not reached goes on to those who are left.
func TestALatecomerDoesNotStopARecall(t *testing.T) {
	s := talking(t)
	s.do(Resolved{1, keySignal, Target{TargetExtension, "8002"}, true})
	s.rung("8002")
	s.do(Gained{"late", line.Info{Kind: line.Extension, Line: "8009"}, LegRecord{}, AsWatcher, Listen, ""})
	s.do(Fired{Timer{RingTimer, 2}})
	s.do(Forwarded{Try: 2, Cause: line.NoAnswer})
	if last := s.s.Tries[len(s.s.Tries)-1]; last.Role != Recalled || last.Done {
		t.Errorf("%s, the last try %+v", s.s.Phase, last)
	}
}

// A parking place is free as soon as its guest speaks with somebody, by whatever way.
func TestWhoeverTakesAParkedCallFreesThePlace(t *testing.T) {
	s := talking(t)
	s.keys(1, "*6")
	s.do(SlotIs{"701", true})
	s.do(Fired{Timer{Kind: ParkTimer}})
	leg := s.rung("8001")
	if did := s.do(LegSaid{leg, line.Answered{}}); s.s.Phase != Talking || s.s.Slot != "" || !slices.Contains(did, "FreeSlot") {
		t.Errorf("%s at %q: %q", s.s.Phase, s.s.Slot, did)
	}
}

// The phone that made the call parks as any other does: it hears the place and is let go.
func TestWhoCalledOutParks(t *testing.T) {
	s := arrived(t, line.Extension, Target{TargetExternal, "13800138000"})
	s.s.Policy.Codes = true
	s.do(Dialed{1, []line.Info{{ID: "out", Direction: line.Outbound, Kind: line.Trunk, Line: "t"}}})
	s.do(LegSaid{1, line.Answered{}})
	s.keys(0, "*6")
	s.do(SlotIs{"701", true})
	if s.do(Played{s.s.Plays, media.Finished}); s.s.Phase != Parked || !s.s.Legs[0].Dropped {
		t.Errorf("%s, the phone %+v", s.s.Phase, s.s.Legs[0])
	}
}

// The caller has hung up while the agent asked a colleague, and then the agent does: the colleague is no customer.
func TestAColleagueIsNotSurveyed(t *testing.T) {
	s := asking(t)
	s.s.Tries[0].Offer.Survey = "survey"
	s.do(LegSaid{0, line.Ended{Cause: line.NormalClearing, Remote: true}})
	if s.do(LegSaid{1, line.Ended{Cause: line.NormalClearing, Remote: true}}); s.s.Phase != Ending {
		t.Errorf("%s at %s", s.s.Phase, s.s.Place)
	}
}

// However a call ends, its conference hears of it once.
func TestAConferenceHearsOfTheEnd(t *testing.T) {
	for name, ev := range map[string]Event{
		"the party hangs up": LegSaid{0, line.Ended{Cause: line.NormalClearing, Remote: true}},
		"the call is ended":  Drop{line.NormalClearing},
		"it is too long":     Fired{Timer{Kind: DurationTimer}},
	} {
		t.Run(name, func(t *testing.T) {
			s := arrived(t, line.Trunk, Target{TargetConference, "600"})
			_, did := Step(s.s, ev, s.s.Record.StartedAt)
			told := 0
			for _, e := range did {
				if e == Effect(TellConference{ConferenceLeft{}}) {
					told++
				}
			}
			if told != 1 {
				t.Errorf("told %d times: %v", told, did)
			}
		})
	}
}

// Who wants to take what rings at one phone does not get what rings at another by now.
func TestPickupTakesOnlyWhatStillRings(t *testing.T) {
	for name, want := range map[string]Phase{"8001": Dialing, "8003": Dialing, "8001,8002": Talking, "its": Talking, "": Dialing} {
		s := arrived(t, line.Trunk, Target{TargetExtension, "8002"})
		s.do(Dialed{1, []line.Info{{ID: "b", CallID: "its", Direction: line.Outbound, Kind: line.Extension, Line: "8002"}}})
		s.do(Gained{"late", line.Info{Kind: line.Extension, Line: "8009"}, LegRecord{Kind: line.Extension, Line: "8009"}, AsAnswer, 0, name})
		if s.s.Phase != want {
			t.Errorf("%q: %s", name, s.s.Phase)
		}
	}
}

// Two of the house who ask somebody outside are recorded from then on, where only such calls are.
func TestAskingSomebodyOutsideIsRecorded(t *testing.T) {
	s := arrived(t, line.Extension, Target{TargetExtension, "8002"})
	s.s.Policy.Record = RecordExternal
	s.rung("8002")
	s.do(LegSaid{1, line.Answered{}})
	s.do(Resolved{0, keyConsult, Target{TargetExternal, "13800138000"}, true})
	s.do(Dialed{2, []line.Info{{ID: "out", Direction: line.Outbound, Kind: line.Trunk, Line: "t"}}})
	if s.s.Recorded {
		t.Error("recorded too early")
	}
	if s.do(LegSaid{2, line.Answered{}}); !s.s.Recorded {
		t.Error("not recorded")
	}
}
