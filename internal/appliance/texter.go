package appliance

import (
	"context"
	"slices"
	"strings"
	"text/template"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/link"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// texter sends SMS; it satisfies courier.Texter.
type texter struct{ box *Box }

// smsWords are what an SMS can say, by kind of notice.
type smsWords struct {
	Dealership, Number, Subject, Place, Plate, Owner, Technician, Phone, Target, Link string
	Nobody, Soon, Rescue                                                              bool
}

// What SMS say, by language and by what they are about.
//
//nolint:gochecknoglobals // constant tables
var (
	smsTexts = map[string]map[string]*template.Template{
		"zh-CN": smsTemplates(map[string]string{
			"job": "【{{.Dealership}}】{{if .Rescue}}救援{{else}}外勤{{end}}任务 {{.Number}}：{{.Subject}}" +
				"{{with .Plate}}，车牌{{.}}{{end}}{{with .Place}}，地点：{{.}}{{end}}。请接听来电，按1接受，按2拒绝{{with .Link}}；或打开 {{.}} {{end}}。",
			"escalation": "【{{.Dealership}}】工单 {{.Number}}（{{.Subject}}）{{if .Nobody}}没有技师接单{{else}}{{.Target}}" +
				"{{if .Soon}}即将超时{{else}}已超时{{end}}{{end}}{{with .Owner}}，负责人{{.}}{{end}}，请尽快处理。",
			"coming":      "【{{.Dealership}}】您好，技师{{.Technician}}已接受您的服务请求（{{.Number}}），正赶来为您服务{{with .Phone}}，电话{{.}}{{end}}{{with .Link}}，查看进度 {{.}} {{end}}。",
			"unreachable": "【{{.Dealership}}】您好，我们多次致电未能与您取得联系（{{.Number}}）。如仍需要服务，请随时来电。",
		}),
		"en": smsTemplates(map[string]string{
			"job": "{{.Dealership}}: {{if .Rescue}}rescue{{else}}job{{end}} {{.Number}}: {{.Subject}}" +
				"{{with .Plate}}, plate {{.}}{{end}}{{with .Place}}, at {{.}}{{end}}. Please take our call: 1 accepts, 2 declines{{with .Link}}; or open {{.}} {{end}}.",
			"escalation": "{{.Dealership}}: ticket {{.Number}} ({{.Subject}}): {{if .Nobody}}no technician has accepted{{else}}{{.Target}} " +
				"{{if .Soon}}is due soon{{else}}is overdue{{end}}{{end}}{{with .Owner}}, owner {{.}}{{end}}. Please act.",
			"coming":      "{{.Dealership}}: {{.Technician}} is on the way to you ({{.Number}}){{with .Phone}}, phone {{.}}{{end}}{{with .Link}}; see {{.}} {{end}}.",
			"unreachable": "{{.Dealership}}: we have tried to call you several times ({{.Number}}). If you still need us, please call.",
		}),
	}
	smsTargets = map[string]map[string]string{
		"zh-CN": {
			ticket.OfContact: "首次联系", ticket.OfDispatch: "技师接单", ticket.OfProgress: "进度回复", ticket.OfResolution: "问题处理",
			ticket.OfClosure: "回访确认",
		},
		"en": {
			ticket.OfContact: "first contact", ticket.OfDispatch: "acceptance", ticket.OfProgress: "progress", ticket.OfResolution: "solution",
			ticket.OfClosure: "confirmation",
		},
	}
)

func smsTemplates(texts map[string]string) map[string]*template.Template {
	made := map[string]*template.Template{}
	for name, text := range texts {
		made[name] = template.Must(template.New(name).Parse(text))
	}
	return made
}

// Compose is the text of a notice, in the dealership's language.
func (x texter) Compose(ctx context.Context, n ticket.Notice, t ticket.Ticket) (string, error) {
	doc := x.box.settings.Current()
	language := doc.Dealership.Language
	if smsTexts[language] == nil {
		language = "en"
	}
	w := smsWords{
		Dealership: doc.Dealership.Name, Number: t.Number, Subject: books.Cut(t.Subject, smsPart), Plate: t.Plate, Owner: t.Owner,
		Technician: n.Args["technician"], Phone: n.Args["phone"], Target: smsTargets[language][n.Template],
		Nobody: nobodyGoes(&t, n.Template), Soon: soon(&t, n), Rescue: t.Type == rescueType,
	}
	if t.Dispatch != nil {
		w.Place = books.Cut(t.Dispatch.Place.Text, smsPart)
	}
	if p, ok := x.box.tickets.now.Load().rules.People.Person(t.Owner); ok {
		w.Owner = p.Name
	}
	var err error
	if w.Link, err = x.link(ctx, n, t); err != nil {
		return "", err
	}
	name := n.Template
	if n.Kind == ticket.KindEscalation {
		name = n.Kind
	}
	text := smsTexts[language][name]
	if text == nil { // a kind of notice that has no words says at least which ticket it is about
		return w.Dealership + ": " + w.Number + " " + w.Subject, nil
	}
	var b strings.Builder
	if err := text.Execute(&b, w); err != nil {
		x.box.log.Error("compose SMS", "notice", n.ID, "error", err)
	}
	return fitting(b.String(), w.Link), nil
}

// link is the address of the page that a notice names: the technician's about the job, or the customer's about who comes.
func (x texter) link(ctx context.Context, n ticket.Notice, t ticket.Ticket) (string, error) {
	l := link.Link{Ticket: t.ID, Person: n.Person}
	switch d := t.Dispatch; {
	case d == nil:
		return "", nil
	case n.Kind == ticket.KindJob:
		l.Purpose, l.Since = link.Job, d.StartedAt
	case n.Template == "coming" && d.Technician != nil:
		l.Purpose, l.Since, l.Person = link.Coming, d.StartedAt, d.Technician.Person
	default:
		return "", nil
	}
	return x.box.page(ctx, l, usualLink)
}

// smsPart bounds the octets of what people wrote that an SMS repeats: eighty Chinese characters.
const smsPart = 240

// Text sends an SMS by the first trunk that takes it.
func (x texter) Text(ctx context.Context, number, text string) error {
	doc := x.box.settings.Current()
	if _, ok := doc.InternalTarget(number); ok {
		return fault.New(fault.Invalid, "sms.extension", "send SMS: %s is a number of the house", number)
	}
	var last error
	for _, name := range doc.TrunkOrder() {
		if i := slices.IndexFunc(doc.Trunks, func(t sipua.Trunk) bool { return t.Name == name }); i < 0 || !doc.Trunks[i].Messages {
			continue
		}
		if last = x.box.sip.Message(ctx, name, number, text); last == nil || fault.CodeOf(last) == fault.Invalid {
			return last
		}
	}
	if last == nil {
		return fault.New(fault.Unavailable, "sms.no_way", "send SMS: the settings name no way to send one")
	}
	return last
}
