package appliance

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/outreach"
	"github.com/dealerline/dealerline/internal/lines/sipua"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

func TestTheQuestionByTelephone(t *testing.T) {
	end := call.Target{Kind: call.TargetHangup}
	for name, c := range map[string]struct {
		events []call.MenuEvent
		says   []string
		sets   call.MenuSet
		to     call.Target
	}{
		"a score":    {[]call.MenuEvent{call.MenuDigit{Key: '4'}, call.MenuPlayed{}}, []string{"survey_thanks"}, call.MenuSet{Key: "survey", Value: "4"}, end},
		"never more": {[]call.MenuEvent{call.MenuDigit{Key: '0'}, call.MenuPlayed{}}, []string{"survey_noted"}, call.MenuSet{Key: attrNoCalls, Value: "0"}, end},
		"beyond":     {[]call.MenuEvent{call.MenuDigit{Key: '6'}, call.MenuDigit{Key: '#'}}, nil, call.MenuSet{}, call.Target{}},
		"one answer": {[]call.MenuEvent{call.MenuDigit{Key: '4'}, call.MenuDigit{Key: '1'}}, []string{"survey_thanks"}, call.MenuSet{Key: "survey", Value: "4"}, call.Target{}},
		"silence": {
			[]call.MenuEvent{call.MenuPlayed{}, call.MenuTimeout{}, call.MenuPlayed{}, call.MenuTimeout{}},
			[]string{"survey_ask", "survey_optout"},
			call.MenuSet{},
			end,
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := &rating{best: 5}
			if says, _ := saidBy(r.Step(call.MenuStarted{}, time.Time{})); !slices.Equal(says, []string{"survey_hello", "survey_ask", "survey_optout"}) {
				t.Errorf("begins with %v", says)
			}
			var says []string
			var sets call.MenuSet
			var to call.Target
			for _, ev := range c.events {
				effects := r.Step(ev, time.Time{})
				s, next := saidBy(effects)
				says = append(says, s...)
				if next.Kind != 0 {
					to = next
				}
				for _, e := range effects {
					if e, ok := e.(call.MenuSet); ok {
						sets = e
					}
				}
			}
			if !slices.Equal(says, c.says) || sets != c.sets || to != c.to {
				t.Errorf("says %v, sets %+v, leads to %s", says, sets, to)
			}
		})
	}
	for _, language := range []string{"zh-CN", "en"} {
		ids, err := prompt.Texts(language)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"survey_hello", "survey_ask", "survey_optout", "survey_thanks", "survey_noted"} {
			if !slices.Contains(ids, id) {
				t.Errorf("%s has no recording %q", language, id)
			}
		}
	}
}

func TestWhatCustomersAreTexted(t *testing.T) {
	page := "https://box.dealer.example/l/abcdefghijklmnopqrstuvwxyz"
	for language, want := range map[string]string{
		"zh-CN": "【和谐】您好，王芳，诚邀您用一分钟评价我们的服务：" + page,
		"en":    "和谐: 王芳, please take a minute to tell us how we did: " + page,
	} {
		var b strings.Builder
		err := customerTexts[language][outreach.AskTemplate].Execute(&b, customerWords{Dealership: "和谐", Name: "王芳", Link: page})
		if err != nil || b.String() != want {
			t.Errorf("%s: %q, %v", language, b.String(), err)
		}
		if customerTexts[language][outreach.TriedTemplate] == nil {
			t.Errorf("%s has no words for a call in vain", language)
		}
	}
	long := fitting(strings.Repeat("很长", 400)+page+"。", page)
	if len(long) > sipua.MaxMessage || !strings.HasSuffix(long, " "+page) {
		t.Errorf("%d octets: %q", len(long), long[len(long)-80:])
	}
}
