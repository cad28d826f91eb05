package link

import (
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/care/link"
	"github.com/dealerline/dealerline/internal/care/ticket"
)

// job is what a technician sees of a job, and a customer of who comes.
type job struct {
	Number, Subject, Body, Place, Map, Customer, Phone, Plate, Technician string
	Offered, Accepted, Arrived, Completed                                 bool
	AcceptedAt, ArrivedAt, CompletedAt                                    string
	Rows                                                                  []int // of the form of parts
	CanCall                                                               bool
	Photos                                                                int
}

// partRows is how many kinds of parts the form has room for.
const partRows = 4

// ticketOf is the ticket of a link, as long as its job is still the one that the link was made for.
func (p *Pages) ticketOf(l link.Link) (ticket.Ticket, error) {
	t, err := p.Tickets.Ticket(l.Ticket)
	switch {
	case fault.CodeOf(err) == fault.NotFound && err != nil:
		return t, errGone
	case err != nil:
		return t, err
	case !t.IsOpen() || t.Dispatch == nil || !t.Dispatch.StartedAt.Equal(l.Since):
		return t, errGone
	}
	return t, nil
}

// whose is the job as a technician's: that one is asked, or has it. A complaint about the technician is kept from its link, too.
func (p *Pages) whose(l link.Link) (t ticket.Ticket, offered bool, err error) {
	t, err = p.ticketOf(l)
	if err != nil {
		return t, false, err
	}
	if t.HiddenFrom(l.Person) {
		return t, false, errGone
	}
	d := t.Dispatch
	if d.State == ticket.JobOffered && len(d.Offers) > 0 {
		o := d.Offers[len(d.Offers)-1]
		if o.Person == l.Person && o.Answer == "" {
			return t, true, nil
		}
		return t, false, errGone
	}
	if d.Technician == nil || d.Technician.Person != l.Person || d.State == ticket.JobCalledOff || d.State == ticket.JobFailed {
		return t, false, errGone
	}
	return t, false, nil
}

func (p *Pages) jobView(l link.Link, v *view) error {
	t, offered, err := p.whose(l)
	if err != nil {
		return err
	}
	v.Kind, v.Job = "job", p.jobOf(&t)
	v.Job.Offered = offered
	files, err := p.Tickets.Attachments(t.ID)
	v.Job.Photos = len(files)
	return err
}

func (p *Pages) jobOf(t *ticket.Ticket) *job {
	d := t.Dispatch
	j := &job{
		Number: t.Number, Subject: t.Subject, Body: t.Body, Place: d.Place.Text, Customer: t.Name, Plate: t.Plate,
		Accepted: d.State == ticket.JobAccepted, Arrived: d.State == ticket.JobArrived, Completed: d.State == ticket.JobCompleted,
		AcceptedAt: p.clock(d.AcceptedAt), ArrivedAt: p.clock(d.ArrivedAt), CompletedAt: p.clock(d.CompletedAt),
		CanCall: p.Connector != nil && len(t.Phones) > 0,
	}
	if len(t.Phones) > 0 {
		j.Phone = phone.Mask(t.Phones[0])
	}
	if d.Technician != nil {
		if j.Technician = d.Technician.Name; j.Technician == "" {
			j.Technician = p.Person(d.Technician.Person)
		}
	}
	if d.Place.Lat != 0 || d.Place.Lon != 0 {
		j.Map = strconv.FormatFloat(d.Place.Lat, 'f', 5, 64) + ", " + strconv.FormatFloat(d.Place.Lon, 'f', 5, 64)
	}
	for i := range partRows {
		j.Rows = append(j.Rows, i)
	}
	return j
}

// clock is a time of day at the dealership.
func (p *Pages) clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(p.Zone()).Format("15:04")
}

// comingView shows a customer who comes.
func (p *Pages) comingView(l link.Link, v *view) error {
	t, err := p.ticketOf(l)
	if err != nil {
		return err
	}
	if t.Dispatch.Technician == nil || t.Dispatch.Technician.Person != l.Person {
		return errGone
	}
	v.Kind, v.Job = "coming", p.jobOf(&t)
	return nil
}

// jobAct does what a technician says. Photos are kept as they come, of a job that is the technician's.
func (p *Pages) jobAct(r *http.Request, l link.Link, body io.Reader) (done string, err error) {
	t, offered, err := p.whose(l)
	if err != nil {
		return "", err
	}
	photos := 0
	f, err := readForm(r.Header.Get("Content-Type"), body, func(f form, name string, content io.Reader) error {
		if f.Get("do") != "photo" || offered {
			return nil
		}
		photos++
		return p.Files.Photo(r.Context(), by(r, l.Person, "link-photo"), l.Ticket, l.Person, name, content)
	})
	if err != nil {
		return "", err
	}
	var ev ticket.Event
	switch f.Get("do") {
	case "accept":
		ev = ticket.Accept{Person: l.Person, How: "link"}
	case "decline":
		ev = ticket.Decline{Person: l.Person, How: "link", Why: cut(clean(f.Get("why")))}
	case "arrived":
		ev = ticket.Arrive{Person: l.Person}
	case "completed":
		parts, err := f.parts()
		if err != nil {
			return "", err
		}
		words := cut(clean(f.Get("note")))
		if words == "" {
			return "", fault.New(fault.Invalid, "link.note_missing", "complete job of ticket %s by link: nothing is said of the work", t.Number)
		}
		ev = ticket.Complete{Person: l.Person, Text: words, Parts: parts}
	case "photo":
		if photos == 0 {
			return "", fault.New(fault.Invalid, "link.no_photo", "send photo by link: there is none")
		}
		return "photo", nil
	case "call":
		if p.Connector == nil {
			return "", errGone
		}
		return "call", p.Connector.Connect(r.Context(), l.Ticket, l.Person)
	default:
		return "", fault.New(fault.Invalid, "link.form", "act by link: %q is nothing to do", cut(f.Get("do")))
	}
	_, err = p.Tickets.As(l.Person).Do(r.Context(), by(r, l.Person, "link-"+f.Get("do")), l.Ticket, 0, ev)
	return "", err
}

const (
	maxWords = 4000 // characters of what somebody writes
	maxPart  = 200
	maxCount = 9999
)

func cut(s string) string {
	if r := []rune(s); len(r) > maxWords {
		return string(r[:maxWords])
	}
	return s
}

// parts are the rows of parts that are filled in.
func (f form) parts() (list []ticket.Part, err error) {
	for i := range max(len(f.Values["part_name"]), len(f.Values["part_number"])) {
		n := ticket.Part{Name: clean(f.all("part_name", i)), Number: clean(f.all("part_number", i)), Count: 1}
		if n.Name == "" && n.Number == "" {
			continue
		}
		if c := clean(f.all("part_count", i)); c != "" {
			if n.Count, err = strconv.Atoi(c); err != nil || n.Count < 1 || n.Count > maxCount {
				return nil, fault.New(fault.Invalid, "link.part_count", "read parts: %q is no number of parts", cut(c))
			}
		}
		if len([]rune(n.Name)) > maxPart || len([]rune(n.Number)) > maxPart {
			return nil, fault.New(fault.Invalid, "link.form", "read parts: a name is too long")
		}
		list = append(list, n)
	}
	return list, nil
}
