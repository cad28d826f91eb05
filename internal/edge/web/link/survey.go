package link

import (
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/link"
	"github.com/dealerline/dealerline/internal/care/outreach"
)

// survey is what a customer is asked.
type survey struct {
	Title     string
	Questions []question
}

// question is one of them, with what was answered before the form came back.
type question struct {
	ID, Text, Kind, Value string
	Optional              bool
	Choices               []choice
}

// choice is one answer to choose.
type choice struct {
	Value, Text string
	Chosen      bool
}

// taskOf is the task of a link. One that is not answered any more is none, but for the one that was answered by it.
func (p *Pages) taskOf(l link.Link) (outreach.Task, error) {
	t, err := p.Tasks.Task(l.Task)
	switch {
	case fault.CodeOf(err) == fault.NotFound && err != nil:
		return t, errGone
	case err != nil:
		return t, err
	case t.State != outreach.Open && t.Outcome != outreach.Answered:
		return t, errGone
	}
	return t, nil
}

// surveyView shows the questions, or thanks.
func (p *Pages) surveyView(l link.Link, answers map[string]string, v *view) error {
	t, err := p.taskOf(l)
	if err != nil {
		return err
	}
	if t.State != outreach.Open {
		v.Kind = "thanks"
		return nil
	}
	s := p.Tasks.Rules().Script(t.Script)
	if s == nil { // the settings no longer have it
		return errGone
	}
	v.Kind, v.Survey = "survey", p.ask(s, answers, v.ZH)
	return nil
}

func (p *Pages) ask(s *outreach.Script, answers map[string]string, zh bool) *survey {
	say := func(chinese, english string) string {
		if zh || english == "" {
			return chinese
		}
		return english
	}
	out := &survey{Title: say(s.Name, s.NameEN)}
	for _, q := range s.Questions {
		n := question{ID: q.ID, Text: say(q.Text, q.TextEN), Kind: q.Kind, Value: answers[q.ID], Optional: q.Optional}
		add := func(value, words string) { n.Choices = append(n.Choices, choice{value, words, n.Value == value}) }
		switch q.Kind {
		case outreach.ScoreQuestion:
			for i := range q.Top {
				add(strconv.Itoa(i+1), strconv.Itoa(i+1))
			}
		case outreach.YesNoQuestion:
			add(outreach.Yes, say("是", "Yes"))
			add(outreach.No, say("否", "No"))
		case outreach.ChoiceQuestion:
			for _, c := range q.Choices {
				add(c.Value, say(c.Text, c.TextEN))
			}
		}
		out.Questions = append(out.Questions, n)
	}
	return out
}

// surveyAct keeps a customer's answers, once. What the script does not ask after the answers before it is left out.
func (p *Pages) surveyAct(r *http.Request, l link.Link, body io.Reader, v *view) error {
	t, err := p.taskOf(l)
	if err != nil {
		return err
	}
	if t.State != outreach.Open {
		return nil // it was answered: the page says thanks
	}
	f, err := readForm(r.Header.Get("Content-Type"), body, func(form, string, io.Reader) error { return nil })
	if err != nil {
		return err
	}
	s := p.Tasks.Rules().Script(t.Script)
	if s == nil {
		return errGone
	}
	answers := map[string]string{}
	for _, q := range s.Questions {
		if a := cut(clean(f.Get(answerField + q.ID))); a != "" || q.Optional {
			answers[q.ID] = a
		}
	}
	run, err := s.Run(answers)
	if err == nil && run.Next != nil {
		err = fault.New(fault.Invalid, "link.answer_missing", "answer task %s by link: question %s has no answer", t.ID, run.Next.ID)
	}
	if err == nil { // of two at once the state lets one pass; that the SMS is noted as sent meanwhile changes nothing
		_, err = p.Tasks.Do(r.Context(), by(r, customer, "link-answer"), t.ID, 0, outreach.Answer{Values: answers})
	}
	var refused *books.RefusedError
	if err == nil || errors.As(err, &refused) { // the same form twice at once, and the other one was first: the page says how it stands
		return nil
	}
	if e := p.surveyView(l, answers, v); e != nil {
		return e
	}
	return err
}

// answerField begins the names of the form's fields; a question's id follows.
const answerField = "a_"

// customer is who changes a task by link.
const customer = "customer"
