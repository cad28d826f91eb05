package call

import (
	"slices"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/base/line"
)

// conferring is a caller whom the agent at 8001 has passed on to the conference 600.
func conferring(t *testing.T) *script {
	t.Helper()
	s := talking(t)
	s.do(LegSaid{0, line.Answered{}})
	s.do(Resolved{1, keyBlind, Target{TargetConference, "600"}, true})
	s.do(LegSaid{1, line.Ended{}})
	if s.s.Phase != Conferring {
		t.Fatalf("phase %s", s.s.Phase)
	}
	return s
}

// Whom a conference does not let in goes back to who passed it on; who was inside and is sent away is not.
func TestAConferenceThatRefusesGivesTheGuestBack(t *testing.T) {
	s := conferring(t)
	s.wantDone(s.do(ConferenceSaid{ConferenceOut{Cause: line.CallRejected, Refused: true}}), "sit 0", "music 0 default", "Dial")
	if try := s.s.Tries[1]; try.Role != Recalled || try.Target.Name != "8001" {
		t.Errorf("rings %+v", try)
	}
	leg := s.rung("8001")
	s.do(LegSaid{leg, line.Answered{}})
	if s.s.Phase != Talking || s.s.Peer != leg {
		t.Errorf("%s with leg %d", s.s.Phase, s.s.Peer)
	}

	s = conferring(t)
	s.do(ConferenceSaid{ConferenceOut{Cause: line.CallRejected, Refused: true}})
	s.wantDone(s.do(DialFailed{2, line.NoAnswer}), "JoinQueue")

	s = conferring(t)
	s.do(ConferenceSaid{ConferenceIn{}})
	s.wantDone(s.do(ConferenceSaid{ConferenceOut{Cause: line.NormalClearing}}), "StopRecording", "leg 0: Hangup normal_clearing")

	s = arrived(t, line.Extension, Target{TargetConference, "600"}) // nobody passed it on
	s.wantDone(s.do(ConferenceSaid{ConferenceOut{Cause: line.UserBusy, Refused: true}}), "leg 0: Hangup user_busy")
}

// A phone that sits in a conference itself leaves its place there to the other party of its first call.
func TestAPhoneLeavesItsPlaceInAConference(t *testing.T) {
	for name, c := range map[string]struct {
		inside, vouched bool
	}{"inside": {true, true}, "at the door": {false, false}} {
		t.Run(name, func(t *testing.T) {
			y := arrived(t, line.Extension, Target{TargetConference, "600"})
			if c.inside {
				y.do(ConferenceSaid{ConferenceIn{}})
			}
			y.wantDone(y.do(YieldTo{"c", 0}), "TellConference", "leg 0: Hangup normal_clearing", "LeadThere")
			if y.s.Record.JoinedTo != "c" {
				t.Errorf("joined to %q", y.s.Record.JoinedTo)
			}

			s := talking(t)
			s.do(LegSaid{1, line.Transfer{To: "600", Replaces: "other"}})
			s.enters(LedOn{"c2", Target{TargetConference, "600"}, c.vouched}, c.vouched)
			if s.s.Phase != Conferring || s.s.Vouched {
				t.Errorf("%s, vouched %v", s.s.Phase, s.s.Vouched)
			}
		})
	}
}

// enters steps the state and wants the caller to enter a conference, vouched for or not.
func (s *script) enters(ev Event, vouched bool) {
	s.t.Helper()
	var effects []Effect
	s.s, effects = Step(s.s, ev, s.now)
	if !slices.ContainsFunc(effects, func(e Effect) bool {
		enter, ok := e.(EnterConference)
		return ok && enter.Leg == 0 && enter.Vouched == vouched
	}) {
		s.t.Errorf("no conference is entered as it should be: %v", effects)
	}
}

func partner(extension string) Gained {
	return Gained{
		From: "c2", As: AsPartner, Info: line.Info{ID: extension, Kind: line.Extension, Line: extension},
		Record: LegRecord{ID: extension, Kind: line.Extension, Line: extension},
	}
}

// Who was asked hangs up in the moment of the transfer: the caller is not hung up with it but goes back, and from there to
// its queue.
func TestTheOneAskedHangsUpAsTheTransferCompletes(t *testing.T) {
	for name, hand := range map[string]func(*script){
		"by two calls": func(s *script) {
			s.do(LegSaid{1, line.Transfer{To: "8002", Replaces: "other"}})
			s.do(partner("8002"))
		},
		"by keys": func(s *script) {
			s.do(Resolved{1, keyConsult, Target{TargetExtension, "8002"}, true})
			s.do(LegSaid{s.rung("8002"), line.Answered{}})
			s.keys(1, "*2")
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := talking(t)
			s.do(LegSaid{0, line.Answered{}})
			hand(s)
			if s.s.Phase != Talking || s.s.Peer != 2 {
				t.Fatalf("%s with leg %d", s.s.Phase, s.s.Peer)
			}
			done := s.do(LegSaid{2, line.Ended{Cause: line.NormalClearing, Remote: true}})
			if s.s.Phase != Dialing || !slices.Contains(done, "Dial") || s.s.Tries[len(s.s.Tries)-1].Target.Name != "8001" {
				t.Fatalf("%s, did %q", s.s.Phase, done)
			}
			s.wantDone(s.do(DialFailed{len(s.s.Tries), line.UserBusy}), "JoinQueue")
		})
	}
}

// Later it is a conversation like any other, and its end is the end of the call.
func TestTheOneAskedHangsUpLater(t *testing.T) {
	s := talking(t)
	s.do(LegSaid{0, line.Answered{}})
	s.do(LegSaid{1, line.Transfer{To: "8002", Replaces: "other"}})
	s.do(partner("8002"))
	s.now = s.now.Add(handTime)
	s.do(LegSaid{2, line.Ended{Cause: line.NormalClearing, Remote: true}})
	if s.s.Phase != Ending {
		t.Errorf("phase %s", s.s.Phase)
	}
}

// A phone that hangs up as soon as its transfer is accepted does not take the caller with it: whatever the other call
// says, there is somewhere to go.
func TestAPhoneDoesNotWaitForItsTransfer(t *testing.T) {
	for name, c := range map[string]struct {
		says  Event
		phase Phase
		does  string
	}{
		"a partner": {partner("8002"), Talking, "sit 2"},
		"a place":   {LedOn{"c2", Target{TargetQueue, "q2"}, false}, InQueue, "JoinQueue"},
		"nobody":    {NotYielded{}, Dialing, "Dial"},
	} {
		t.Run(name, func(t *testing.T) {
			s := talking(t)
			s.do(LegSaid{0, line.Answered{}})
			s.do(LegSaid{1, line.Transfer{To: "8002", Replaces: "other"}})
			s.do(LegSaid{1, line.Ended{Cause: line.NormalClearing, Remote: true}})
			if s.s.Phase != Dialing || !s.s.Yielding {
				t.Fatalf("phase %s", s.s.Phase)
			}
			done := s.do(c.says)
			if s.s.Phase != c.phase || !slices.Contains(done, c.does) || s.s.Yielding {
				t.Errorf("%s, did %q", s.s.Phase, done)
			}
			if c.phase == Dialing && s.s.Tries[1].Target.Name != "8001" {
				t.Errorf("rings %+v", s.s.Tries[1])
			}
		})
	}
}

// The survey is the queue's, whichever phone the agent, or a supervisor in the agent's place, speaks at in the end.
func TestTheSurveyStaysWithTheConversation(t *testing.T) {
	for name, hand := range map[string]func(*script) int{
		"reclaimed": func(s *script) int {
			s.do(LegSaid{1, line.Held{}})
			s.do(Fired{Timer{HoldTimer, 1}})
			leg := s.rung("8001")
			s.do(LegSaid{leg, line.Answered{}})
			return leg
		},
		"taken over": func(s *script) int {
			s.do(Gained{From: "c2", Info: line.Info{Kind: line.Extension, Line: "8009"}, Record: LegRecord{Kind: line.Extension, Line: "8009"}, As: AsWatcher, Watch: Listen})
			s.keys(2, "8")
			return 2
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := talking(t)
			s.do(LegSaid{0, line.Answered{}})
			s.s.Tries[0].Offer.Survey = "survey"
			leg := hand(s)
			s.do(LegSaid{1, line.Ended{}})
			done := strings.Join(s.do(LegSaid{leg, line.Ended{Cause: line.NormalClearing, Remote: true}}), " ")
			if s.s.Phase != InMenu || !strings.Contains(done, "OpenMenu") {
				t.Errorf("%s, did %q", s.s.Phase, done)
			}
		})
	}
}

// When one of three leaves, the two who go on are on different sides of the recording.
func TestTwoOfThreeKeepASideEach(t *testing.T) {
	for name, c := range map[string]struct {
		leaves, left int
	}{"the caller": {0, 1}, "the agent": {1, 0}, "the one asked": {2, 0}} {
		t.Run(name, func(t *testing.T) {
			s := asking(t)
			s.keys(1, "*3")
			done := s.do(LegSaid{c.leaves, line.Ended{Cause: line.NormalClearing, Remote: true}})
			if s.s.Phase != Talking || s.s.Left != c.left || slices.Contains(done, "Side") != (c.leaves == 0) {
				t.Errorf("%s, leg %d on the left, did %q", s.s.Phase, s.s.Left, done)
			}
		})
	}
}

// All who speak go into one conference; each who is not the guest gets a call of its own, and whoever wanted it moderates.
func TestAConversationBecomesAConference(t *testing.T) {
	room := Target{TargetConference, AdHocPrefix + "c"}
	s := talking(t)
	s.wantDone(s.keys(1, "*5"), "Unsit", "ConversationEnded{Offer:1 ByAgent:false Transferred:true}", "SendOff", "Unsit", "EnterConference")
	if s.s.Phase != Conferring || s.s.Place != room || !s.s.Legs[1].Given {
		t.Errorf("%s at %s, %+v", s.s.Phase, s.s.Place, s.s.Legs[1])
	}
	s.do(GivenAway{1})
	s.wantDone(s.do(LegSaid{0, line.Ended{Cause: line.NormalClearing, Remote: true}}), "TellConference", "StopRecording", "Finish")

	s = asking(t) // with the one who is asked
	_, effects := Step(s.s, AroundAs{Extension: "8001", Do: DoConference}, s.now)
	var sent []SendOff
	for _, e := range effects {
		if off, ok := e.(SendOff); ok {
			sent = append(sent, off)
		}
	}
	if !slices.Equal(sent, []SendOff{{1, room, true}, {2, room, false}}) {
		t.Errorf("sent %+v", sent)
	}

	s = arrived(t, line.Extension, Target{TargetExternal, "13800138000"}) // the phone itself has called
	s.s.Policy.Codes = true
	s.do(Dialed{1, []line.Info{{ID: "out", Direction: line.Outbound, Kind: line.Trunk, Line: "carrier", To: "13800138000"}}})
	s.do(LegSaid{1, line.Answered{}})
	s.keys(0, "*")
	_, effects = Step(s.s, LegSaid{0, line.Digit{Key: '5'}}, s.now)
	if !slices.ContainsFunc(effects, func(e Effect) bool { enter, ok := e.(EnterConference); return ok && enter.Host && enter.Leg == 0 }) {
		t.Errorf("the phone does not moderate: %+v", effects)
	}
}
