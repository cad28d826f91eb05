package outreach

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
)

// The kinds of questions.
const (
	ChoiceQuestion = "choice" // one of Choices
	ScoreQuestion  = "score"  // 1 to Top
	YesNoQuestion  = "yes_no" // "yes" or "no"
	TextQuestion   = "text"   // the customer's words
	NumberQuestion = "number" // such as kilometres
)

// The answers to a question of yes or no.
const (
	Yes = "yes"
	No  = "no"
)

// End is where a script's last question leads.
const End = "end"

// Limits of what a script may hold, and an answer.
const (
	maxScripts   = 100
	maxQuestions = 60
	maxChoices   = 30
	maxWords     = 300  // characters of a question
	maxAnswer    = 2000 // characters of an answer
)

// Script is what an agent asks: questions that branch by their answers. The first question is asked first.
type Script struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	NameEN    string     `json:"name_en,omitempty"`
	Questions []Question `json:"questions" nullable:"false"`
	// Rules say what follows from the answers.
	Rules []Rule `json:"rules,omitempty" nullable:"false"`
}

// Question is one question of a script.
type Question struct {
	ID      string   `json:"id"`
	Text    string   `json:"text"`
	TextEN  string   `json:"text_en,omitempty"`
	Kind    string   `json:"kind" enum:"choice,score,yes_no,text,number"`
	Choices []Choice `json:"choices,omitempty" nullable:"false"`
	// Top is the best score: 5, or 10.
	Top int `json:"top,omitempty"`
	// Optional: it may be left without an answer.
	Optional bool `json:"optional,omitempty"`
	// Branches lead on by the answer, the first that fits; otherwise Next does.
	Branches []Branch `json:"branches,omitempty" nullable:"false"`
	// Next is the question that follows, or "end"; empty: the one behind it in the list, after the last one the end.
	Next string `json:"next,omitempty"`
}

// Choice is one answer to choose.
type Choice struct {
	Value  string `json:"value"`
	Text   string `json:"text"`
	TextEN string `json:"text_en,omitempty"`
}

// When is a condition on an answer. All that is set must hold.
type When struct {
	Is      string `json:"is,omitempty"`
	AtMost  *int   `json:"at_most,omitempty"`
	AtLeast *int   `json:"at_least,omitempty"`
}

// Branch leads on to a question, or to the "end".
type Branch struct {
	When
	Next string `json:"next"`
}

// Rule is what follows from an answer. Of several that hold for one thing the first counts.
type Rule struct {
	Question string `json:"question"`
	When
	Satisfaction contact.Satisfaction `json:"satisfaction,omitempty"`
	// Ticket is the type of the ticket that is opened.
	Ticket string `json:"ticket,omitempty"`
}

// holds reports whether an answer fulfils the condition.
func (w When) holds(answer string) bool {
	if w.Is != "" && answer != w.Is {
		return false
	}
	if w.AtMost == nil && w.AtLeast == nil {
		return w.Is != ""
	}
	n, err := strconv.ParseFloat(answer, 64)
	return err == nil && (w.AtMost == nil || n <= float64(*w.AtMost)) && (w.AtLeast == nil || n >= float64(*w.AtLeast))
}

// Progress is how far a script has come.
type Progress struct {
	Next    *Question         // to be asked; nil at the end
	Asked   []string          // the questions that were answered, in their order
	Answers map[string]string // those of them only: an answer that was changed may lead another way
	Result  Result            // at the end
	Scores  []Scored          // at the end
}

// Result is what a customer's answers come to.
type Result struct {
	Satisfaction contact.Satisfaction `json:"satisfaction,omitempty"`
	Score        int                  `json:"score,omitempty"`  // of the first scored question
	Ticket       string               `json:"ticket,omitempty"` // the type of the ticket that is opened
	Words        string               `json:"words,omitempty"`  // the customer's own, else the answers
}

// Run follows the script by the answers to the first question that has none. The error names the answer that is wrong.
func (s *Script) Run(answers map[string]string) (Progress, error) {
	p := Progress{Answers: map[string]string{}}
	if len(s.Questions) == 0 {
		return p, nil
	}
	for id := s.Questions[0].ID; id != End; {
		i := s.index(id)
		if i < 0 || len(p.Asked) > len(s.Questions) { // a script that was not checked
			return p, fault.New(fault.Invalid, "outreach.script_broken", "run script %s: it leads to %q", s.ID, id)
		}
		q := &s.Questions[i]
		a, ok := answers[q.ID]
		if a = strings.TrimSpace(a); !ok || (a == "" && !q.Optional) {
			p.Next = q
			return p, nil
		}
		if err := q.check(a); err != nil {
			return p, err
		}
		p.Asked, p.Answers[q.ID] = append(p.Asked, q.ID), a
		id = s.after(i, a)
	}
	s.conclude(&p)
	return p, nil
}

func (s *Script) index(id string) int {
	return slices.IndexFunc(s.Questions, func(q Question) bool { return q.ID == id })
}

// after is the question behind the i-th, or the end.
func (s *Script) after(i int, answer string) string {
	q := &s.Questions[i]
	for _, b := range q.Branches {
		if b.holds(answer) {
			return b.Next
		}
	}
	return s.usual(i)
}

// usual is where a question leads when no branch fits.
func (s *Script) usual(i int) string {
	switch {
	case s.Questions[i].Next != "":
		return s.Questions[i].Next
	case i+1 < len(s.Questions):
		return s.Questions[i+1].ID
	}
	return End
}

// check returns what is wrong with an answer.
func (q *Question) check(a string) error {
	var wrong fault.Fields
	path := "answers." + q.ID
	switch {
	case !utf8.ValidString(a):
		wrong.Add(path, "text.not_utf8", "the answer is not UTF-8")
	case utf8.RuneCountInString(a) > maxAnswer:
		wrong.Add(path, "text.too_long", "the answer has more than %d characters", maxAnswer)
	case a == "": // an optional one
	case q.Kind == ChoiceQuestion && !slices.ContainsFunc(q.Choices, func(c Choice) bool { return c.Value == a }):
		wrong.Add(path, "outreach.answer_choice", "%q is none of the choices", books.Shorten(a))
	case q.Kind == YesNoQuestion && a != Yes && a != No:
		wrong.Add(path, "outreach.answer_yes_no", "%q is neither yes nor no", books.Shorten(a))
	case q.Kind == ScoreQuestion:
		if n, err := strconv.Atoi(a); err != nil || n < 1 || n > q.Top || strconv.Itoa(n) != a {
			wrong.Add(path, "outreach.answer_score", "%q is not within 1 and %d", books.Shorten(a), q.Top)
		}
	case q.Kind == NumberQuestion:
		if n, err := strconv.ParseFloat(a, 64); err != nil || n-n != 0 { // infinity and what is no number differ from themselves
			wrong.Add(path, "outreach.answer_number", "%q is no number", books.Shorten(a))
		}
	}
	return wrong.Err()
}

// conclude reckons what the answers come to.
func (s *Script) conclude(p *Progress) {
	for _, r := range s.Rules {
		a, ok := p.Answers[r.Question]
		if !ok || !r.holds(a) {
			continue
		}
		if p.Result.Satisfaction == contact.Unsaid {
			p.Result.Satisfaction = r.Satisfaction
		}
		if p.Result.Ticket == "" {
			p.Result.Ticket = r.Ticket
		}
	}
	var words, all []string
	for _, id := range p.Asked {
		q, a := &s.Questions[s.index(id)], p.Answers[id]
		if a == "" {
			continue
		}
		if q.Kind == ScoreQuestion {
			n, err := strconv.Atoi(a)
			if err != nil {
				continue // it was checked
			}
			p.Scores = append(p.Scores, Scored{q.ID, n, q.Top})
		}
		if q.Kind == TextQuestion {
			words = append(words, a)
		}
		all = append(all, fmt.Sprintf("%s %s", q.Text, q.said(a)))
	}
	if len(p.Scores) > 0 {
		p.Result.Score = p.Scores[0].Score
	}
	if len(words) == 0 {
		words = all
	}
	p.Result.Words = strings.Join(words, "\n")
}

// said is an answer as people read it.
func (q *Question) said(a string) string {
	for _, c := range q.Choices {
		if c.Value == a {
			return c.Text
		}
	}
	return a
}
