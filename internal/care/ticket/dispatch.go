package ticket

import (
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
)

// Job is how far a dispatch has come.
type Job string

// The states of a dispatch.
const (
	JobOffered   Job = "offering"  // a technician is asked
	JobAccepted  Job = "accepted"  // a technician is on the way
	JobArrived   Job = "arrived"   // … and there
	JobCompleted Job = "completed" // the work is done
	JobFailed    Job = "failed"    // nobody is left to ask
	JobCalledOff Job = "called_off"
)

// Place is where somebody has to go.
type Place struct {
	Text  string  `cbor:"1,keyasint,omitempty" json:"text,omitempty"`
	Lat   float64 `cbor:"2,keyasint,omitempty" json:"lat,omitempty"` // degrees
	Lon   float64 `cbor:"3,keyasint,omitempty" json:"lon,omitempty"`
	Datum string  `cbor:"4,keyasint,omitempty" json:"datum,omitempty"` // "gcj02" (maps of China), "wgs84"
}

// Choice is a technician who may be asked, with what speaks for it.
type Choice struct {
	Person  string  `cbor:"1,keyasint" json:"person"`
	Name    string  `cbor:"2,keyasint,omitempty" json:"name,omitempty"`
	Phone   string  `cbor:"3,keyasint,omitempty" json:"phone,omitempty"`
	Km      float64 `cbor:"4,keyasint,omitempty" json:"km,omitempty"` // as the crow flies; 0: unknown
	Load    int     `cbor:"5,keyasint,omitempty" json:"load,omitempty"`
	InTime  int     `cbor:"6,keyasint,omitempty" json:"in_time,omitempty"` // 15-minute contacts met, of Of
	Of      int     `cbor:"7,keyasint,omitempty" json:"of,omitempty"`
	Outside bool    `cbor:"8,keyasint,omitempty" json:"outside,omitempty"` // not on duty: asked last
}

// Part is a spare part that was used.
type Part struct {
	Number string `cbor:"1,keyasint,omitempty" json:"number,omitempty"`
	Name   string `cbor:"2,keyasint,omitempty" json:"name,omitempty"`
	Count  int    `cbor:"3,keyasint" json:"count"`
}

// Offer is one technician's having been asked.
type Offer struct {
	Person string    `cbor:"1,keyasint" json:"person"`
	At     time.Time `cbor:"2,keyasint" json:"at"`
	Until  time.Time `cbor:"3,keyasint" json:"until"`
	Answer string    `cbor:"4,keyasint,omitempty" json:"answer,omitempty"` // "accepted", "declined", "lapsed", "withdrawn"; empty: not yet
	Seen   time.Time `cbor:"5,keyasint,omitzero" json:"answered_at,omitzero"`
	How    string    `cbor:"6,keyasint,omitempty" json:"how,omitempty"` // "key", "link", "api"
	Why    string    `cbor:"7,keyasint,omitempty" json:"why,omitempty"`
}

// The answers to offers.
const (
	SaidYes   = "accepted"
	SaidNo    = "declined"
	SaidNone  = "lapsed"
	Withdrawn = "withdrawn"
)

// OfferTime is how long a technician has for the answer before the next one is asked: three within the five minutes in which
// a rescue must be accepted.
const OfferTime = 90 * time.Second

// Dispatch is the sending of somebody to the customer. CBOR numbers are never reused.
type Dispatch struct {
	State       Job       `cbor:"1,keyasint" json:"state"`
	Place       Place     `cbor:"2,keyasint" json:"place"`
	Choices     []Choice  `cbor:"3,keyasint,omitempty" json:"choices,omitempty" nullable:"false"` // yet to be asked
	Offers      []Offer   `cbor:"4,keyasint,omitempty" json:"offers,omitempty" nullable:"false"`
	Technician  *Choice   `cbor:"5,keyasint,omitempty" json:"technician,omitempty"`
	StartedAt   time.Time `cbor:"6,keyasint" json:"started_at"`
	AcceptedAt  time.Time `cbor:"7,keyasint,omitzero" json:"accepted_at,omitzero"`
	ContactedAt time.Time `cbor:"8,keyasint,omitzero" json:"contacted_at,omitzero"` // the technician spoke with the customer
	Proof       string    `cbor:"9,keyasint,omitempty" json:"proof,omitempty"`      // the call, or what was entered
	ArrivedAt   time.Time `cbor:"10,keyasint,omitzero" json:"arrived_at,omitzero"`
	CompletedAt time.Time `cbor:"11,keyasint,omitzero" json:"completed_at,omitzero"`
	Parts       []Part    `cbor:"12,keyasint,omitempty" json:"parts,omitempty" nullable:"false"`
}

// asked is the offer that waits for an answer; nil when none does.
func (d *Dispatch) asked() *Offer {
	if d == nil || d.State != JobOffered || len(d.Offers) == 0 {
		return nil
	}
	if o := &d.Offers[len(d.Offers)-1]; o.Answer == "" {
		return o
	}
	return nil
}

func (d *Dispatch) due() (next time.Time) {
	if o := d.asked(); o != nil {
		next = o.Until
	}
	return next
}

// active reports whether somebody is asked or on the way.
func (d *Dispatch) active() bool {
	return d != nil && (d.State == JobOffered || d.State == JobAccepted || d.State == JobArrived)
}

// sendOut begins a dispatch, or begins it anew: whoever was asked or on the way no longer is.
func (s *step) sendOut(e SendOut) error {
	if s.t.State == Closed || s.t.State == Resolved {
		return s.refuse(e)
	}
	if d := s.t.Dispatch; d != nil && d.State == JobArrived {
		return fault.New(fault.Conflict, "ticket.technician_there", "dispatch ticket %s: the technician has arrived", s.t.Number)
	}
	s.withdraw("sent_anew")
	var offers []Offer
	if s.t.Dispatch != nil {
		offers = s.t.Dispatch.Offers
	}
	s.t.Dispatch = &Dispatch{State: JobOffered, Place: e.Place, Choices: slices.Clone(e.Choices), Offers: offers, StartedAt: s.now}
	s.note("dispatched", "place", e.Place.Text)
	s.ask()
	return nil
}

// ask asks the next technician.
func (s *step) ask() {
	d := s.t.Dispatch
	if len(d.Choices) == 0 {
		d.State = JobFailed
		s.note("nobody_goes")
		s.do(NobodyGoes{})
		return
	}
	o := Offer{Person: d.Choices[0].Person, At: s.now, Until: s.now.Add(OfferTime)}
	d.Offers = append(d.Offers, o)
	s.note("offered", "person", o.Person)
	s.do(OfferJob{o.Person, o.Until})
}

// answered ends the offer that waits, and takes the technician asked off the list.
func (s *step) answered(o *Offer, answer, how, why string) Choice {
	d := s.t.Dispatch
	o.Answer, o.Seen, o.How, o.Why = answer, s.now, how, why
	c := d.Choices[0]
	d.Choices = d.Choices[1:]
	s.note("job_"+answer, "person", o.Person, "why", why)
	return c
}

// withdraw takes back what was asked of technicians.
func (s *step) withdraw(why string) {
	if o := s.t.Dispatch.asked(); o != nil {
		s.answered(o, Withdrawn, "", why)
	}
}

// offer is the one that waits for this person's answer.
func (s *step) offer(e Event, person string) (*Offer, error) {
	o := s.t.Dispatch.asked()
	switch {
	case o == nil:
		return nil, fault.New(fault.Conflict, "ticket.no_offer", "%s job of ticket %s: nobody is asked", e.name(), s.t.Number)
	case o.Person != person:
		return nil, fault.New(fault.Conflict, "ticket.other_offered", "%s job of ticket %s: another one is asked", e.name(), s.t.Number)
	}
	return o, nil
}

func (s *step) accept(e Accept) error {
	o, err := s.offer(e, e.Person)
	if err != nil {
		return err
	}
	c := s.answered(o, SaidYes, e.How, "")
	d := s.t.Dispatch
	d.State, d.Technician, d.AcceptedAt = JobAccepted, &c, s.now
	s.met(OfDispatch)
	s.do(Text{Template: "coming", Args: map[string]string{"technician": c.Name, "phone": c.Phone}})
	return nil
}

func (s *step) decline(e Decline) error {
	o, err := s.offer(e, e.Person)
	if err != nil {
		return err
	}
	s.answered(o, SaidNo, e.How, e.Why)
	s.ask()
	return nil
}

// onTheWay checks that this person has the job.
func (s *step) onTheWay(e Event, person string, states ...Job) error {
	d := s.t.Dispatch
	if d == nil || !slices.Contains(states, d.State) {
		return s.refuse(e)
	}
	if d.Technician.Person != person {
		return fault.New(fault.Denied, "ticket.others_job", "%s job of ticket %s: it is another one's", e.name(), s.t.Number)
	}
	return nil
}

func (s *step) arrive(e Arrive) error {
	if err := s.onTheWay(e, e.Person, JobAccepted); err != nil {
		return err
	}
	s.t.Dispatch.State, s.t.Dispatch.ArrivedAt = JobArrived, s.now
	s.note("arrived", "person", e.Person)
	return nil
}

func (s *step) complete(e Complete) error {
	if err := s.onTheWay(e, e.Person, JobAccepted, JobArrived); err != nil {
		return err
	}
	if err := s.resolve(Resolve{e.Text}, e.Person); err != nil {
		return err
	}
	d := s.t.Dispatch
	d.State, d.CompletedAt, d.Parts = JobCompleted, s.now, slices.Clone(e.Parts)
	return nil
}

func (s *step) callOff(e CallOff) error {
	if !s.t.Dispatch.active() {
		return s.refuse(e)
	}
	s.withdraw(e.Why)
	s.t.Dispatch.State = JobCalledOff
	s.note("called_off", "why", e.Why)
	return nil
}

// lastJobs is how many of a technician's jobs count as history.
const lastJobs = 20

// Jobs are what speaks for sending a technician: how many jobs are not completed, and of how many of the last ones the customer
// was reached in time.
func (b *Book) Jobs(person string) (open, met, of int, err error) {
	err = b.books.View(func(tx Tx) error {
		n := 0
		for t, err := range tx.Tickets.Find(byTechnician, books.Exactly(person), nil) {
			if err != nil {
				return err
			}
			if t.Dispatch.active() && t.IsOpen() {
				open++
			}
			if m := t.timer(OfContact); m != nil && (!m.MetAt.IsZero() || m.Late) {
				of++
				if !m.Late {
					met++
				}
			}
			if n++; n == lastJobs {
				return nil
			}
		}
		return nil
	})
	return open, met, of, err
}
