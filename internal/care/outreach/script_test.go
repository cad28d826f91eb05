package outreach_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/outreach"
)

func anyType(string) bool { return true }

func TestRun(t *testing.T) {
	for _, tc := range []struct {
		name    string
		answers map[string]string
		next    string // "" is the end
		said    contact.Satisfaction
		score   int
		ticket  string
		words   string
		wrong   string
	}{
		{"nothing answered", nil, "overall", "", 0, "", "", ""},
		{"good", map[string]string{"overall": "4"}, "repaired", "", 0, "", "", ""},
		{"bad", map[string]string{"overall": "2"}, "what", "", 0, "", "", ""},
		{"an empty answer is none", map[string]string{"overall": " "}, "overall", "", 0, "", "", ""},
		{"an optional one may be empty", map[string]string{"overall": "3", "repaired": "yes", "wish": ""}, "", contact.Neutral, 3, "", "您对本次服务总体满意吗？请打 1 到 5 分 3\n车辆问题是否已经解决？ yes", ""},
		{"to the end, well", map[string]string{"overall": "5", "repaired": "yes", "wish": "洗车"}, "", contact.Satisfied, 5, "", "洗车", ""},
		{"to the end, badly", map[string]string{"overall": "1", "what": "time", "words": " 等了三小时 "}, "", contact.Dissatisfied, 1, "complaint", "等了三小时", ""},
		{"not repaired", map[string]string{"overall": "5", "repaired": "no", "words": "还响"}, "", contact.Dissatisfied, 5, "complaint", "还响", ""},
		{"answers of another way do not count", map[string]string{"overall": "5", "repaired": "yes", "wish": "x", "what": "time", "words": "y"}, "", contact.Satisfied, 5, "", "x", ""},
		{"score 6", map[string]string{"overall": "6"}, "", "", 0, "", "", "answers.overall"},
		{"score 0", map[string]string{"overall": "0"}, "", "", 0, "", "", "answers.overall"},
		{"score 05", map[string]string{"overall": "05"}, "", "", 0, "", "", "answers.overall"},
		{"no such choice", map[string]string{"overall": "1", "what": "weather"}, "", "", 0, "", "", "answers.what"},
		{"neither yes nor no", map[string]string{"overall": "5", "repaired": "perhaps"}, "", "", 0, "", "", "answers.repaired"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p, err := quality.Run(tc.answers)
			if tc.wrong != "" {
				if err == nil || !strings.HasPrefix(err.Error(), tc.wrong+": ") {
					t.Errorf("%v", err)
				}
				return
			}
			next := ""
			if p.Next != nil {
				next = p.Next.ID
			}
			if err != nil || next != tc.next || p.Result != (outreach.Result{Satisfaction: tc.said, Score: tc.score, Ticket: tc.ticket, Words: tc.words}) {
				t.Errorf("next %q, %+v, %v", next, p.Result, err)
			}
		})
	}
}

func TestWhatShipsIsValid(t *testing.T) {
	kinds := []string{"maintenance", "repair", "accident", "warranty", "delivery"}
	ships := outreach.Settings{Scripts: outreach.DefaultScripts(), Plans: outreach.DefaultPlans()}
	if wrong := ships.Check(kinds, anyType); wrong != nil {
		t.Error(wrong)
	}
	for _, s := range ships.Scripts {
		for _, q := range s.Questions {
			if q.TextEN == "" || q.Text == "" {
				t.Errorf("%s.%s lacks a language", s.ID, q.ID)
			}
		}
	}
}

func TestValidateNamesTheField(t *testing.T) {
	two, one := 2, 1
	ask := func(id, next string, branches ...outreach.Branch) outreach.Question {
		return outreach.Question{ID: id, Text: "?", Kind: outreach.YesNoQuestion, Next: next, Branches: branches}
	}
	for name, tc := range map[string]struct {
		script outreach.Script
		want   string
	}{
		"no questions":      {outreach.Script{}, "questions: "},
		"no way":            {outreach.Script{Questions: []outreach.Question{ask("a", outreach.End), ask("b", "")}}, "questions[1]: "},
		"a circle":          {outreach.Script{Questions: []outreach.Question{ask("a", "b"), ask("b", "a")}}, "questions[1].next: "},
		"itself":            {outreach.Script{Questions: []outreach.Question{ask("a", "a")}}, "questions[0].next: "},
		"nowhere":           {outreach.Script{Questions: []outreach.Question{ask("a", "z")}}, "questions[0].next: "},
		"branch to nowhere": {outreach.Script{Questions: []outreach.Question{ask("a", "", outreach.Branch{When: outreach.When{Is: "yes"}, Next: "z"})}}, "questions[0].branches[0].next: "},
		"no condition":      {outreach.Script{Questions: []outreach.Question{ask("a", "", outreach.Branch{Next: outreach.End})}}, "questions[0].branches[0].is: "},
		"no such answer":    {outreach.Script{Questions: []outreach.Question{ask("a", "", outreach.Branch{When: outreach.When{Is: "z"}, Next: outreach.End})}}, "questions[0].branches[0].is: "},
		"twice":             {outreach.Script{Questions: []outreach.Question{ask("a", ""), ask("a", "")}}, "questions[1].id: "},
		"kind":              {outreach.Script{Questions: []outreach.Question{{ID: "a", Text: "?", Kind: "magic"}}}, "questions[0].kind: "},
		"scale":             {outreach.Script{Questions: []outreach.Question{{ID: "a", Text: "?", Kind: outreach.ScoreQuestion, Top: 7}}}, "questions[0].top: "},
		"choices":           {outreach.Script{Questions: []outreach.Question{{ID: "a", Text: "?", Kind: outreach.ChoiceQuestion}}}, "questions[0].choices: "},
		"rule":              {outreach.Script{Questions: []outreach.Question{ask("a", "")}, Rules: []outreach.Rule{{Question: "z"}}}, "rules[0].question: "},
		"satisfaction":      {outreach.Script{Questions: []outreach.Question{ask("a", "")}, Rules: []outreach.Rule{{Question: "a", When: outreach.When{Is: "no"}, Satisfaction: "meh"}}}, "rules[0].satisfaction: "},
		"no number":         {outreach.Script{Questions: []outreach.Question{ask("a", "")}, Rules: []outreach.Rule{{Question: "a", When: outreach.When{AtMost: &one, AtLeast: &two}}}}, "rules[0].at_most: "},
	} {
		tc.script.ID, tc.script.Name = "s", "s"
		if err := tc.script.Validate(anyType).Err(); err == nil || !strings.HasPrefix(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %s", name, err, tc.want)
		}
	}
	bad := outreach.Settings{
		Scripts: []outreach.Script{quality, quality},
		Plans:   []outreach.Plan{{ID: strings.Repeat("x", 30), Days: -1, After: []string{"birthday"}, Script: "none"}},
		Survey:  outreach.SurveyRule{Top: 99, Ticket: "none"},
	}
	found := map[string]bool{}
	for _, f := range bad.Check([]string{"repair"}, func(id string) bool { return id != "none" }) {
		found[f.Path] = true
	}
	for _, want := range []string{"scripts[1].id", "plans[0].id", "plans[0].name", "plans[0].days", "plans[0].after[0]", "plans[0].script", "survey.top", "survey.ticket"} {
		if !found[want] {
			t.Errorf("no word of %s in %v", want, found)
		}
	}
}

// FuzzScript has any script that passes the check lead every customer to its end, without asking anything twice.
func FuzzScript(f *testing.F) {
	for _, s := range outreach.DefaultScripts() {
		data, err := json.Marshal(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, "1")
	}
	f.Add([]byte(`{"id":"s","name":"s","questions":[{"id":"a","text":"?","kind":"number","branches":[{"at_most":3,"next":"b"}],"next":"end"},{"id":"b","text":"?","kind":"text"}]}`), "NaN")
	f.Fuzz(func(t *testing.T, data []byte, said string) {
		var s outreach.Script
		if json.Unmarshal(data, &s) != nil || s.Validate(anyType) != nil {
			return
		}
		answers := map[string]string{}
		for n := 0; ; n++ {
			p, err := s.Run(answers)
			if err != nil {
				t.Fatalf("run: %v", err)
			}
			if p.Next == nil {
				break
			}
			if _, asked := answers[p.Next.ID]; asked || n > len(s.Questions) {
				t.Fatalf("asks %q twice", p.Next.ID)
			}
			q := p.Next
			answers[q.ID] = said
			if _, err := s.Run(answers); err == nil && strings.TrimSpace(said) != "" {
				continue
			} else if err != nil && fault.KeyOf(err) != "fields" {
				t.Fatal(err)
			}
			answers[q.ID] = map[string]string{
				outreach.ScoreQuestion: "1", outreach.YesNoQuestion: "no", outreach.TextQuestion: "x", outreach.NumberQuestion: "7",
			}[q.Kind]
			if q.Kind == outreach.ChoiceQuestion {
				answers[q.ID] = q.Choices[0].Value
			}
		}
	})
}
