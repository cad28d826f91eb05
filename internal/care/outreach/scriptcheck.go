package outreach

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
)

// Validate returns what is wrong with a script: questions that nobody is ever asked, circles, ways that lead nowhere.
// hasType reports whether there is a type of tickets.
func (s *Script) Validate(hasType func(id string) bool) fault.Fields {
	var wrong fault.Fields
	if s.ID == "" {
		wrong.Add("id", "outreach.script_id", "an id is needed")
	}
	if s.Name == "" {
		wrong.Add("name", "outreach.script_name", "a name is needed")
	}
	if n := len(s.Questions); n == 0 || n > maxQuestions {
		wrong.Add("questions", "outreach.script_questions", "%d are not within 1 and %d", n, maxQuestions)
		return wrong
	}
	seen := map[string]bool{"": true, End: true}
	for i := range s.Questions {
		q := &s.Questions[i]
		path := books.Indexed("questions", i)
		if seen[q.ID] || strings.ContainsAny(q.ID, " .\n") || len(q.ID) > books.MaxTerm {
			wrong.Add(path+".id", "outreach.question_id", "%q is no id, or is there twice", books.Shorten(q.ID))
		}
		seen[q.ID] = true
		wrong.Under(path, q.validate())
		for j, b := range q.Branches {
			if b.Next != End && s.index(b.Next) < 0 {
				wrong.Add(path+"."+books.Indexed("branches", j)+".next", "outreach.question_next", "there is no question %q", b.Next)
			}
		}
		if q.Next != "" && q.Next != End && s.index(q.Next) < 0 {
			wrong.Add(path+".next", "outreach.question_next", "there is no question %q", q.Next)
		}
	}
	if len(wrong) == 0 {
		s.follow(&wrong)
	}
	for i, r := range s.Rules {
		path := books.Indexed("rules", i)
		if k := s.index(r.Question); k < 0 {
			wrong.Add(path+".question", "outreach.question_next", "there is no question %q", r.Question)
		} else {
			wrong.Under(path, s.Questions[k].fits(r.When))
		}
		if !r.Satisfaction.Known() {
			wrong.Add(path+".satisfaction", "contact.satisfaction_unknown", "%q is none", string(r.Satisfaction))
		}
		if r.Ticket != "" && !hasType(r.Ticket) {
			wrong.Add(path+".ticket", "ticket.type_unknown", "there is no type of tickets %q", r.Ticket)
		}
	}
	return wrong
}

// follow walks all ways through the script. A script that passes never asks twice, and always ends.
func (s *Script) follow(wrong *fault.Fields) {
	const fresh, above, done = 0, 1, 2
	state := make([]int, len(s.Questions))
	var walk func(i int)
	walk = func(i int) {
		state[i] = above
		for _, next := range s.ways(i) {
			switch k := s.index(next); {
			case k < 0: // the end
			case state[k] == above:
				wrong.Add(books.Indexed("questions", i)+".next", "outreach.script_circle", "it leads back to %q", next)
			case state[k] == fresh:
				walk(k)
			}
		}
		state[i] = done
	}
	walk(0)
	for i, st := range state {
		if st == fresh {
			wrong.Add(books.Indexed("questions", i), "outreach.question_unreached", "no way leads to it")
		}
	}
}

// ways are the places that a question may lead to.
func (s *Script) ways(i int) []string {
	out := []string{s.usual(i)}
	for _, b := range s.Questions[i].Branches {
		out = append(out, b.Next)
	}
	return out
}

func (q *Question) validate() (wrong fault.Fields) {
	if q.Text == "" || len([]rune(q.Text)) > maxWords || len([]rune(q.TextEN)) > maxWords {
		wrong.Add("text", "outreach.question_text", "a text of at most %d characters is needed", maxWords)
	}
	if !slices.Contains([]string{ChoiceQuestion, ScoreQuestion, YesNoQuestion, TextQuestion, NumberQuestion}, q.Kind) {
		wrong.Add("kind", "outreach.question_kind", "%q is no kind of question", q.Kind)
	}
	if q.Kind == ScoreQuestion && q.Top != 5 && q.Top != 10 {
		wrong.Add("top", "outreach.question_top", "%d is neither 5 nor 10", q.Top)
	}
	if n := len(q.Choices); (q.Kind == ChoiceQuestion) != (n > 0) || n > maxChoices {
		wrong.Add("choices", "outreach.question_choices", "%d choices for a question of the kind %s", n, q.Kind)
	}
	values := map[string]bool{"": true}
	for i, c := range q.Choices {
		if values[c.Value] || c.Text == "" || strings.TrimSpace(c.Value) != c.Value || len(c.Value) > books.MaxTerm {
			wrong.Add(books.Indexed("choices", i), "outreach.question_choices", "%q is empty, there twice, or without a text", books.Shorten(c.Value))
		}
		values[c.Value] = true
	}
	for i, b := range q.Branches {
		wrong.Under(books.Indexed("branches", i), q.fits(b.When))
	}
	return wrong
}

// fits returns what is wrong with a condition on the question's answer.
func (q *Question) fits(w When) (wrong fault.Fields) {
	numeric := q.Kind == ScoreQuestion || q.Kind == NumberQuestion
	switch {
	case w.Is == "" && w.AtMost == nil && w.AtLeast == nil:
		wrong.Add("is", "outreach.condition", "a condition is needed")
	case !numeric && (w.AtMost != nil || w.AtLeast != nil):
		wrong.Add("at_most", "outreach.condition", "answers of the kind %s are no numbers", q.Kind)
	case w.AtMost != nil && w.AtLeast != nil && *w.AtMost < *w.AtLeast:
		wrong.Add("at_most", "outreach.condition", "no number is at most %s and at least %s", strconv.Itoa(*w.AtMost), strconv.Itoa(*w.AtLeast))
	case w.Is != "" && q.Kind != TextQuestion && q.check(w.Is) != nil:
		wrong.Add("is", "outreach.condition", "%q is no answer to it", books.Shorten(w.Is))
	}
	return wrong
}
