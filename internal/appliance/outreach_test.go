package appliance

import (
	"maps"
	"testing"

	"github.com/dealerline/dealerline/internal/calls/call"
)

func TestWhichCallsAreToBeReturned(t *testing.T) {
	for name, tc := range map[string]struct {
		r    call.CDR
		want bool
	}{
		"gave up in a queue":          {call.CDR{Disposition: call.Abandoned, Queue: "q"}, true},
		"a queue gave it up":          {call.CDR{Disposition: call.Overflowed, Queue: "q"}, true},
		"nobody took it":              {call.CDR{Disposition: call.Unanswered}, true},
		"left the menu":               {call.CDR{Disposition: call.MenuOnly}, false},
		"left the menu for a queue":   {call.CDR{Disposition: call.MenuOnly, Queue: "q"}, true},
		"spoke":                       {call.CDR{Disposition: call.Answered}, false},
		"never let in":                {call.CDR{Disposition: call.Rejected}, false},
		"blocked":                     {call.CDR{Disposition: call.Abandoned, Card: call.Card{Blocked: true}}, false},
		"went on in another":          {call.CDR{Disposition: call.Unanswered, JoinedTo: "x"}, false},
		"up when the box was stopped": {call.CDR{Disposition: call.Interrupted}, false},
	} {
		if got := missed(tc.r); got != tc.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestScoresOf(t *testing.T) {
	got := scoresOf(map[string]string{"survey": "4", "survey_price": "2", "survey_words": "bad", "surveyor": "5", "plate": "3"})
	if want := map[string]int{"survey": 4, "survey_price": 2}; !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
