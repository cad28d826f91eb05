package call

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// script plays events and shows the effects as one line of words each.
type script struct {
	t   *testing.T
	s   State
	now time.Time
}

func arrived(t *testing.T, kind line.Kind, target Target) *script {
	t.Helper()
	s := &script{t, New("c", Policy{Language: "en", RingTime: 30 * time.Second}), time.Unix(1e9, 0)}
	s.do(Arrive{Info: line.Info{ID: "l0", Direction: line.Inbound, Kind: kind, Line: "in", From: "138", To: "400", At: s.now}, Target: target, Routed: true})
	return s
}

func (s *script) do(ev Event) []string {
	s.t.Helper()
	s.now = s.now.Add(time.Second)
	var effects []Effect
	s.s, effects = Step(s.s, ev, s.now)
	var out []string
	for _, e := range effects {
		switch e := e.(type) {
		case Begin, Publish, SetTimer, ClearTimer, PhoneBusy:
			continue // of no interest to most scripts
		case Tell:
			word := strings.TrimPrefix(fmt.Sprintf("%T", e.Cmd), "line.")
			if h, ok := e.Cmd.(line.Hangup); ok {
				word += " " + h.Cause.String()
			}
			out = append(out, fmt.Sprintf("leg %d: %s", e.Leg, word))
		case TellQueue:
			out = append(out, strings.TrimPrefix(fmt.Sprintf("queue: %T%+v", e.Fact, e.Fact), "queue: call."))
		case Music:
			out = append(out, fmt.Sprintf("music %d %s", e.Leg, e.Class))
		case Say:
			out = append(out, fmt.Sprintf("say %d", e.Leg))
		case Hush:
			out = append(out, fmt.Sprintf("hush %d", e.Leg))
		case FeedMenu:
			out = append(out, fmt.Sprintf("menu: %T", e.Ev))
		case Sit:
			out = append(out, fmt.Sprintf("sit %d", e.Leg))
		default:
			out = append(out, strings.TrimPrefix(fmt.Sprintf("%T", e), "call."))
		}
	}
	return out
}

func (s *script) want(ev Event, want ...string) {
	s.t.Helper()
	if got := s.do(ev); !slices.Equal(got, want) {
		s.t.Errorf("%T%+v in %s:\n got  %q\n want %q", ev, ev, s.s.Phase, got, want)
	}
}

func agentLeg(n int) []line.Info {
	return []line.Info{{ID: fmt.Sprint("l", n), Direction: line.Outbound, Kind: line.Extension, Line: fmt.Sprint("800", n)}}
}

func offer(id OfferID) Offer {
	return Offer{ID: id, Agent: fmt.Sprint("a", id), Extension: fmt.Sprint("800", id), Timeout: 15 * time.Second}
}

func TestTheFirstAgentToAnswerHasTheCallAndTheOthersStopAtOnce(t *testing.T) {
	s := arrived(t, line.Trunk, Target{TargetQueue, "q"})
	s.want(QueueSaid{QueueMusic{"default"}}, "music 0 default")
	s.want(QueueSaid{QueueOffer{offer(1)}}, "Dial")
	s.do(Dialed{1, agentLeg(1)})
	s.want(QueueSaid{QueueOffer{offer(2)}}, "Dial")
	s.do(Dialed{2, agentLeg(2)})
	s.want(LegSaid{1, line.Ringing{}}, "OfferRinging{Offer:1}")
	s.want(LegSaid{2, line.Answered{}},
		"leg 1: Hangup answered_elsewhere", "OfferFailed{Offer:1 Cause:answered_elsewhere}", "sit 2",
		"OfferAnswered{Offer:2}", "hush 0", "StartRecording")
	s.want(LegSaid{1, line.Ended{Cause: line.AnsweredElsewhere}})
	s.want(LegSaid{2, line.Ended{Cause: line.NormalClearing, Remote: true}},
		"Unsit", "ConversationEnded{Offer:2 ByAgent:true Transferred:false}", "StopRecording", "leg 0: Hangup normal_clearing")
	s.want(LegSaid{0, line.Ended{Cause: line.NormalClearing}}, "Unsit", "Finish")
	if r := s.s.Record; r.Disposition != Answered || r.EndedBy != "agent" || r.Agent != "a2" || r.Queue != "q" || len(r.Legs) != 3 {
		t.Errorf("record: %+v", r)
	}
}

// offerWithGreeting lets the phone of an agent ring who is to hear a greeting first.
func (s *script) offerWithGreeting() {
	s.t.Helper()
	o := offer(1)
	o.Greeting = []prompt.Phrase{prompt.Duration(time.Minute)}
	s.do(QueueSaid{QueueOffer{o}})
	s.do(Dialed{1, agentLeg(1)})
}

func TestAnAgentHearsTheGreetingAloneBeforeTheCallerIsJoined(t *testing.T) {
	s := arrived(t, line.Trunk, Target{TargetQueue, "q"})
	s.offerWithGreeting()
	s.want(LegSaid{1, line.Answered{}}, "sit 1", "OfferAnswered{Offer:1}", "Voices", "say 1")
	s.want(Played{s.s.Plays, media.Finished}, "hush 1", "OfferJoined{Offer:1}", "hush 0", "StartRecording", "Voices")
	if s.s.Phase != Talking {
		t.Errorf("phase %s after the greeting", s.s.Phase)
	}
}

func TestACallerWhoHangsUpDuringTheGreetingReleasesTheAgent(t *testing.T) {
	s := arrived(t, line.Trunk, Target{TargetQueue, "q"})
	s.offerWithGreeting()
	s.do(LegSaid{1, line.Answered{}})
	s.want(LegSaid{0, line.Ended{Cause: line.NormalClearing, Remote: true}},
		"Unsit", "ConversationEnded{Offer:1 ByAgent:false Transferred:false}", "leg 1: Hangup normal_clearing")
}

func TestACallerWhoseAgentIsLostDuringTheGreetingWaitsAgain(t *testing.T) {
	s := arrived(t, line.Trunk, Target{TargetQueue, "q"})
	since := s.s.Record.QueuedAt
	s.offerWithGreeting()
	s.do(LegSaid{1, line.Answered{}})
	s.want(LegSaid{1, line.Ended{Cause: line.NormalClearing, Remote: true}},
		"Unsit", "ConversationEnded{Offer:1 ByAgent:true Transferred:false}", "JoinQueue")
	if s.s.Phase != InQueue || s.s.Record.QueuedAt != since {
		t.Errorf("phase %s, queued at %v, want waiting since %v", s.s.Phase, s.s.Record.QueuedAt, since)
	}
	s.do(Played{s.s.Plays, media.Stopped}) // the greeting's end, late
	if s.s.Phase != InQueue {
		t.Errorf("phase %s after the late end of the greeting", s.s.Phase)
	}
}

func TestADirectCallIsAnsweredOnlyWhenThePhoneIs(t *testing.T) {
	s := arrived(t, line.Trunk, Target{TargetExtension, "8001"})
	s.do(Dialed{1, agentLeg(1)})
	s.want(LegSaid{1, line.Ringing{}}, "leg 0: Ring")
	s.want(LegSaid{1, line.Answered{}}, "sit 1", "leg 0: Answer", "hush 0", "StartRecording")
}

func TestABusyPhoneGivesTheCallerItsCause(t *testing.T) {
	s := arrived(t, line.Trunk, Target{TargetExtension, "8001"})
	s.do(Dialed{1, agentLeg(1)})
	s.want(LegSaid{1, line.Ended{Cause: line.UserBusy, Remote: true}}, "AskForward")
	s.want(Forwarded{Try: 1, Cause: line.UserBusy}, "leg 0: Hangup user_busy")
}

func TestADeadTrunkLeadsToTheNextAndABusyNumberDoesNot(t *testing.T) {
	trunk := func(n int) []line.Info {
		return []line.Info{{ID: fmt.Sprint("l", n), Direction: line.Outbound, Kind: line.Trunk, Line: fmt.Sprint("t", n)}}
	}
	s := arrived(t, line.Extension, Target{TargetExternal, "10086"})
	s.do(Dialed{1, trunk(1)})
	s.want(LegSaid{1, line.Ended{Cause: line.NoCircuit, Remote: true}}, "DialNext")
	s.do(Dialed{1, trunk(2)})
	s.want(LegSaid{2, line.EarlyMedia{}}, "leg 0: Progress", "sit 2", "hush 0")
	s.want(LegSaid{2, line.Ended{Cause: line.UserBusy, Remote: true}}, "Unsit", "leg 0: Hangup user_busy")
}

func TestTheRecordSaysHowAnAnswerWasKnown(t *testing.T) {
	s := arrived(t, line.Extension, Target{TargetExternal, "10086"})
	s.do(Dialed{1, []line.Info{{ID: "l1", Direction: line.Outbound, Kind: line.Trunk, Line: "line1", To: "10086"}}})
	s.do(LegSaid{1, line.EarlyMedia{}})
	s.do(LegSaid{1, line.Answered{By: line.ByVoice}})
	s.do(LegSaid{0, line.Answered{}})
	s.do(LegSaid{1, line.Ended{Cause: line.NormalClearing, Remote: true, Detail: "busy tone"}})
	s.do(LegSaid{0, line.Ended{Cause: line.NormalClearing}})
	legs := s.s.Record.Legs
	if len(legs) != 2 || legs[0].AnsweredBy != line.BySignal || legs[1].AnsweredBy != line.ByVoice {
		t.Fatalf("%+v", legs)
	}
	for i, want := range []bool{false, true} {
		text, err := json.Marshal(legs[i])
		if err != nil || strings.Contains(string(text), `"answered_by":"voice"`) != want || strings.Contains(string(text), "answered_by") != want {
			t.Errorf("leg %d: %s, %v", i, text, err)
		}
	}
}

func TestANumberNotReachedLeadsBackToTheMenu(t *testing.T) {
	s := arrived(t, line.Trunk, Target{TargetMenu, "main"})
	s.do(MenuOpened{"main@3"})
	s.want(LegSaid{0, line.Answered{}}, "menu: call.MenuStarted")
	s.want(MenuSaid{[]MenuEffect{MenuGo{Target{TargetExtension, "8001"}}}}, "hush 0", "Dial")
	s.want(DialFailed{1, line.SubscriberAbsent}, "hush 0", "menu: call.MenuReturned")
	if got := s.s.Record.Path[0].Place; got != "menu main@3" {
		t.Errorf("the record's way begins at %q, want the flow's version", got)
	}
}

func TestMusicComesBackAfterAnAnnouncementAndExitKeysReachTheQueue(t *testing.T) {
	s := arrived(t, line.Trunk, Target{TargetQueue, "q"})
	s.do(QueueSaid{QueueMusic{"default"}})
	s.want(QueueSaid{QueueAnnounce{[]prompt.Phrase{prompt.Position(2)}, "1"}}, "say 0")
	s.want(Played{s.s.Playing, media.Finished}, "music 0 default")
	s.want(LegSaid{0, line.Digit{Key: '5'}})
	s.want(LegSaid{0, line.Digit{Key: '1'}}, "CallerLeft{Key:49}")
	s.want(QueueSaid{QueueLeave{Target: Target{TargetHangup, ""}, Event: "EXITWITHKEY"}}, "hush 0", "leg 0: Hangup normal_clearing")
}

func TestHoldPlaysMusicToTheOtherAndIsCounted(t *testing.T) {
	s := arrived(t, line.Trunk, Target{TargetExtension, "8001"})
	s.do(Dialed{1, agentLeg(1)})
	s.do(LegSaid{1, line.Answered{}})
	s.want(LegSaid{1, line.Held{}}, "music 0 default")
	s.do(Played{-1, media.Stopped})
	s.want(LegSaid{1, line.Unheld{}}, "hush 0")
	s.do(LegSaid{1, line.Ended{Cause: line.NormalClearing, Remote: true}})
	if s.s.Record.HeldFor != 2*time.Second {
		t.Errorf("held for %s, want 2s", s.s.Record.HeldFor)
	}
}

// Whoever holds before the two are joined holds from then on: the other hears music, and the time counts.
func TestHoldDuringTheGreetingHoldsTheConversation(t *testing.T) {
	for _, holder := range []int{0, 1} {
		s := arrived(t, line.Trunk, Target{TargetQueue, "q"})
		s.offerWithGreeting()
		s.do(LegSaid{1, line.Answered{}})
		s.want(LegSaid{holder, line.Held{}}) // the agent hears the greeting, the caller the queue's music
		s.want(Played{s.s.Plays, media.Finished},
			"hush 1", "OfferJoined{Offer:1}", "hush 0", "StartRecording", "Voices", fmt.Sprintf("music %d default", 1-holder))
		s.do(Played{-1, media.Stopped})
		s.want(LegSaid{holder, line.Unheld{}}, fmt.Sprintf("hush %d", 1-holder))
		s.do(LegSaid{1, line.Ended{Cause: line.NormalClearing, Remote: true}})
		if s.s.Record.HeldFor != 2*time.Second {
			t.Errorf("leg %d: held for %s, want 2s", holder, s.s.Record.HeldFor)
		}
	}
}

func TestHoldThatEndsWithTheGreetingIsNone(t *testing.T) {
	s := arrived(t, line.Trunk, Target{TargetQueue, "q"})
	s.offerWithGreeting()
	s.do(LegSaid{1, line.Answered{}})
	s.do(LegSaid{1, line.Held{}})
	s.want(LegSaid{1, line.Unheld{}})
	s.want(Played{s.s.Plays, media.Finished}, "hush 1", "OfferJoined{Offer:1}", "hush 0", "StartRecording", "Voices")
	s.do(LegSaid{1, line.Ended{Cause: line.NormalClearing, Remote: true}})
	if s.s.Record.HeldFor != 0 {
		t.Errorf("held for %s", s.s.Record.HeldFor)
	}
}

func TestABlockedCallerIsRejected(t *testing.T) {
	s := New("c", Policy{})
	s, effects := Step(s, Arrive{Info: line.Info{Kind: line.Trunk}, Card: Card{Blocked: true}, Routed: true}, time.Unix(0, 0))
	if s.Phase != Ending || !slices.Contains(effects, Effect(Tell{0, line.Hangup{Cause: line.Blocked}})) {
		t.Errorf("%s, %v", s.Phase, effects)
	}
	if s.Record.Disposition != Rejected {
		t.Errorf("disposition %s", s.Record.Disposition)
	}
}

func TestLegsThatNeverEndAreGivenUp(t *testing.T) {
	s := arrived(t, line.Trunk, Target{TargetExtension, "8001"})
	s.do(Dialed{1, agentLeg(1)})
	s.do(LegSaid{0, line.Ended{Cause: line.NormalClearing, Remote: true}})
	s.want(Fired{Timer{Kind: LingerTimer}}, "Finish")
	if l := s.s.Record.Legs[1]; l.Cause != line.RecoveryOnTimer {
		t.Errorf("the silent leg's cause is %s", l.Cause)
	}
}

func TestACallLedInACircleEnds(t *testing.T) {
	s := arrived(t, line.Trunk, Target{TargetQueue, "q"})
	for range maxHops + 1 {
		s.do(QueueSaid{QueueLeave{Target: Target{TargetQueue, "q"}, Event: "EXITWITHTIMEOUT"}})
	}
	if s.s.Phase != Ending {
		t.Errorf("after %d hops the call is in %s", maxHops+1, s.s.Phase)
	}
}
