package appliance

import (
	"context"
	"strings"
	"text/template"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/link"
	"github.com/dealerline/dealerline/internal/care/outreach"
	"github.com/dealerline/dealerline/internal/care/outreach/caller"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/lines/sipua"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// What the record of a call has beside in which the box asks a customer; see [call.CDR].
const (
	attrOutreach = "outreach"     // the task's id
	attrNoCalls  = "survey_never" // the customer wants no such calls
)

// surveyCode begins the name of the menu that asks; no telephone can dial it.
const surveyCode = "survey"

// How customers are asked by telephone.
const (
	surveyRing  = 40 * time.Second
	surveyWait  = 6 * time.Second // for the key
	surveyTimes = 2
	neverKey    = '0'
)

// callCustomers sends the SMS of outreach and calls whom the box asks, until ctx ends.
func (b *Box) callCustomers(ctx context.Context) error {
	return caller.New(caller.Config{
		Book: b.outreach.book, Texter: customerTexter{b}, Dialer: surveyor{b},
		AtOnce: func() int { return b.outreach.rules.Load().Survey.AtOnce() }, Logger: b.log,
	}).Run(ctx)
}

// surveyor asks customers by telephone; it satisfies caller.Dialer.
type surveyor struct{ box *Box }

// Ask calls the customer and returns when the call is over.
func (s surveyor) Ask(ctx context.Context, t outreach.Task, number string) error {
	doc := s.box.settings.Current()
	to, err := reach(doc, number, false, time.Now())
	if err != nil {
		return err
	}
	if to.Kind != call.TargetExternal {
		return fault.New(fault.Invalid, "outreach.no_customer", "call customer of task %s: the number is one of the house", t.ID)
	}
	lead := call.Target{Kind: call.TargetFeature, Name: surveyCode}
	if flow := s.box.outreach.rules.Load().Survey.Flow; flow != "" {
		lead = call.Target{Kind: call.TargetMenu, Name: flow}
	}
	done := make(chan call.Announced, 1)
	id := call.NewID()
	s.box.calls.Announce(call.Announce{
		Call: id, To: to, Language: doc.Dealership.Language, Ring: surveyRing, Lead: lead, Attrs: map[string]string{attrOutreach: t.ID},
		Done: func(r call.Announced) { done <- r },
	})
	select {
	case r := <-done:
		if r.Cause == line.Shutdown {
			return errStopped
		}
		return nil
	case <-ctx.Done():
		_ = s.box.calls.Drop(id, line.NormalClearing) // it may be over
		return nil                                    // the record tells
	}
}

// rating asks the one question that ships with the program. It satisfies call.Menu.
type rating struct {
	best   int
	asked  int
	ending bool
}

// Name is what the record calls it.
func (*rating) Name() string { return surveyCode }

// Step takes one event.
func (r *rating) Step(ev call.MenuEvent, _ time.Time) []call.MenuEffect {
	switch ev := ev.(type) {
	case call.MenuStarted:
		return r.ask("survey_hello", "survey_ask", "survey_optout")
	case call.MenuPlayed:
		if r.ending {
			return []call.MenuEffect{call.MenuGo{Target: call.Target{Kind: call.TargetHangup}}}
		}
		return []call.MenuEffect{call.MenuArm{After: surveyWait}}
	case call.MenuTimeout:
		if r.asked < surveyTimes {
			return r.ask("survey_ask", "survey_optout")
		}
		return []call.MenuEffect{call.MenuGo{Target: call.Target{Kind: call.TargetHangup}}}
	case call.MenuDigit:
		return r.key(ev.Key)
	default:
		return nil
	}
}

func (r *rating) key(key byte) []call.MenuEffect {
	switch {
	case r.ending:
		return nil
	case key == neverKey:
		return r.end(key, attrNoCalls, "survey_noted")
	case key >= '1' && int(key-'0') <= r.best:
		return r.end(key, surveyAttr, "survey_thanks")
	}
	return nil
}

// ask says words in which every key that answers is heard at once.
func (r *rating) ask(ids ...string) []call.MenuEffect {
	r.asked++
	return []call.MenuEffect{call.MenuArm{}, call.MenuPlay{Phrases: recordings(ids...), BargeIn: "0123456789"[:r.best+1]}}
}

// end keeps the answer and says the last words.
func (r *rating) end(key byte, attr, word string) []call.MenuEffect {
	r.ending = true
	return []call.MenuEffect{
		call.MenuArm{}, call.MenuSet{Key: attr, Value: string(key)}, call.MenuTrace{Key: string(key)}, call.MenuPlay{Phrases: recordings(word)},
	}
}

func recordings(ids ...string) (list []prompt.Phrase) {
	for _, id := range ids {
		list = append(list, prompt.Recording(id))
	}
	return list
}

// asked takes what the record of a call says in which the box asked a customer, in the transaction of the record.
func (o *outreaching) asked(tx *store.Tx, r call.CDR) error {
	edit := o.book.Edit(o.store.Of(tx), books.By{Who: outreach.TheBox, Via: "call", Action: "ask-customer"})
	number := phone.Normalize(r.To)
	a := outreach.Asked{
		Call:    outreach.Call{ID: string(r.ID), Number: number, Customer: r.Card.Customer, Name: r.Card.Name, At: r.StartedAt},
		Scores:  scoresOf(r.Attrs),
		Refused: r.Attrs[attrNoCalls] != "",
	}
	switch at, ok := attempt(r, number, outreach.TheBox, true); {
	case r.Disposition == call.Interrupted && len(a.Scores) == 0: // the box stopped: it was no attempt of the customer's to answer
	case ok:
		a.Attempt = at
	case !r.AnsweredAt.IsZero() || r.Attrs[attrNoCalls] != "": // whoever answered hung up at once
		a.Attempt = at
		a.Attempt.Result = contact.NoAnswer
	case len(a.Scores) > 0:
		a.Attempt = at
	}
	a.Attempt.By = outreach.TheBox
	if a.Refused {
		if err := o.optOut(tx, r.Attrs[attrOutreach], r.StartedAt); err != nil {
			return err
		}
	}
	return edit.Asked(r.Attrs[attrOutreach], a)
}

// maxMerged bounds how many customers became part of one another.
const maxMerged = 20

// optOut keeps the word of a customer who wants no calls, for all that the dealership does.
func (o *outreaching) optOut(tx *store.Tx, task string, at time.Time) error {
	t, ok, err := o.store.Of(tx).Tasks.Get(task)
	if err != nil || !ok || t.Customer == "" {
		return err
	}
	c, ok, err := store.Customers.Get(tx, store.IDKey(t.Customer))
	for n := 0; err == nil && ok && c.MergedInto != "" && n < maxMerged; n++ {
		c, ok, err = store.Customers.Get(tx, store.IDKey(c.MergedInto))
	}
	if err != nil || !ok || c.Consent.DoNotCall {
		return err
	}
	c.Consent.DoNotCall, c.Consent.At, c.Consent.How = true, at, "call"
	return store.Customers.Put(tx, c)
}

// customerTexter sends the SMS of tasks; it satisfies caller.Texter.
type customerTexter struct{ box *Box }

// What SMS to customers say, by language and template.
var customerTexts = map[string]map[string]*template.Template{ //nolint:gochecknoglobals // a constant table
	"zh-CN": smsTemplates(map[string]string{
		outreach.TriedTemplate: "【{{.Dealership}}】您好{{with .Name}}，{{.}}{{end}}，我们多次致电未能与您取得联系。如有需要，请随时来电。",
		outreach.AskTemplate:   "【{{.Dealership}}】您好{{with .Name}}，{{.}}{{end}}，诚邀您用一分钟评价我们的服务：{{.Link}}",
	}),
	"en": smsTemplates(map[string]string{
		outreach.TriedTemplate: "{{.Dealership}}: {{with .Name}}{{.}}, {{end}}we have tried to call you several times. Please call us if you need anything.",
		outreach.AskTemplate:   "{{.Dealership}}: {{with .Name}}{{.}}, {{end}}please take a minute to tell us how we did: {{.Link}}",
	}),
}

// customerWords are what an SMS to a customer can say.
type customerWords struct{ Dealership, Name, Link string }

// maxName bounds the octets of a customer's name in an SMS.
const maxName = 60

// Text sends a task's SMS.
func (x customerTexter) Text(ctx context.Context, t outreach.Task) error {
	text, err := x.compose(ctx, t)
	if err != nil {
		return err
	}
	return texter(x).Text(ctx, t.SMS.To, text)
}

func (x customerTexter) compose(ctx context.Context, t outreach.Task) (string, error) {
	doc := x.box.settings.Current()
	w := customerWords{Dealership: doc.Dealership.Name, Name: books.Cut(t.Name, maxName)}
	if t.SMS.Template == outreach.AskTemplate {
		page, err := x.box.page(ctx, link.Link{Purpose: link.Survey, Task: t.ID}, time.Until(t.NotAfter))
		if err != nil {
			return "", err
		}
		if w.Link = page; page == "" {
			return "", fault.New(fault.Invalid, "outreach.no_links", "text customer: the settings name no address under which customers can answer")
		}
	}
	texts := customerTexts[doc.Dealership.Language]
	if texts == nil {
		texts = customerTexts["en"]
	}
	text := texts[t.SMS.Template]
	if text == nil {
		return "", fault.New(fault.Invalid, "outreach.no_words", "text customer: there are no words for %q", t.SMS.Template)
	}
	var out strings.Builder
	if err := text.Execute(&out, w); err != nil {
		return "", err
	}
	return fitting(out.String(), w.Link), nil
}

// fitting is an SMS that the network takes. What is too long loses words, never the link.
func fitting(text, page string) string {
	if len(text) <= sipua.MaxMessage || page == "" {
		return books.Cut(text, sipua.MaxMessage)
	}
	head, _, _ := strings.Cut(text, page)
	return books.Cut(head, sipua.MaxMessage-len(page)-1) + " " + page
}

// usualLink is how long a link is good for that nothing else bounds.
const usualLink = 3 * 24 * time.Hour

// page makes the address of a page for somebody outside; it is empty when the settings name none under which the box is
// reached.
func (b *Box) page(ctx context.Context, l link.Link, lasts time.Duration) (string, error) {
	if b.settings.Current().Site.PublicURL == "" {
		return "", nil
	}
	if lasts <= 0 {
		lasts = usualLink
	}
	token, err := b.links.Issue(ctx, l, lasts)
	if err != nil {
		return "", err
	}
	return b.settings.Current().Site.Page("/l/" + token), nil
}
