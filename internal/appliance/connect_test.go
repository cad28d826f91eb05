package appliance

import (
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// saidBy are the words of effects, and where they lead.
func saidBy(effects []call.MenuEffect) (words []string, to call.Target) {
	for _, e := range effects {
		switch e := e.(type) {
		case call.MenuPlay:
			for _, p := range e.Phrases {
				words = append(words, p.ID)
			}
		case call.MenuGo:
			to = e.Target
		}
	}
	return words, to
}

func TestATechnicianIsOfferedTheCustomer(t *testing.T) {
	customer := call.Target{Kind: call.TargetExternal, Name: "13800138000"}
	second := call.Target{Kind: call.TargetExternal, Name: "02161230000"}
	menu, end := call.Target{Kind: call.TargetMenu, Name: "main"}, call.Target{Kind: call.TargetHangup}
	type step struct {
		ev   call.MenuEvent
		says []string
		to   call.Target
	}
	yes := call.MenuDigit{Key: '1'}
	dialled := func(n call.Target) []step {
		return []step{{yes, []string{"conn_calling"}, call.Target{}}, {call.MenuPlayed{}, nil, n}}
	}
	vain := func(c line.Cause, says ...string) step { return step{call.MenuReturned{Cause: c}, says, call.Target{}} }
	start := step{call.MenuStarted{}, []string{"conn_offer"}, call.Target{}}
	for name, c := range map[string]struct {
		in      bool
		numbers []string
		steps   []step
	}{
		"at the key":        {false, []string{customer.Name}, append([]step{start}, dialled(customer)...)},
		"no key":            {false, []string{customer.Name}, []step{start, {call.MenuPlayed{}, nil, call.Target{}}, {call.MenuTimeout{}, nil, end}}},
		"other keys":        {false, []string{customer.Name}, []step{start, {call.MenuDigit{Key: '7'}, nil, call.Target{}}}},
		"to the menu":       {true, []string{customer.Name}, []step{start, {call.MenuDigit{Key: '0'}, nil, menu}}},
		"another one's job": {false, nil, []step{start, {yes, []string{"conn_gone"}, call.Target{}}, {yes, nil, call.Target{}}, {call.MenuPlayed{}, nil, end}}},
		"busy, then the other number": {false, []string{customer.Name, second.Name}, slices.Concat(
			[]step{start}, dialled(customer), []step{vain(line.UserBusy, "conn_busy", "conn_again")}, dialled(second),
		)},
		"given up": {false, []string{customer.Name}, slices.Concat(
			[]step{start}, dialled(customer), []step{vain(line.NoAnswer, "conn_no_answer", "conn_again")},
			dialled(customer), []step{vain(line.NoAnswer, "conn_no_answer", "conn_again")},
			dialled(customer), []step{vain(line.SubscriberAbsent, "conn_failed", "conn_again")},
			dialled(customer), []step{vain(line.NoAnswer, "conn_no_answer")}, []step{{call.MenuPlayed{}, nil, end}},
		)},
	} {
		t.Run(name, func(t *testing.T) {
			m := &connecting{ticket: "t1", person: "chen", words: []prompt.Phrase{prompt.Recording("conn_offer")}, numbers: func() []string { return c.numbers }}
			if c.in {
				m.elsewhere = menu
			}
			for i, s := range c.steps {
				effects := m.Step(s.ev, time.Time{})
				if says, to := saidBy(effects); !slices.Equal(says, s.says) || to != s.to {
					t.Fatalf("step %d, %T: says %v and leads to %s", i, s.ev, says, to)
				}
				if s.ev == yes && len(s.says) > 0 && s.says[0] == "conn_calling" && !slices.Contains(effects, call.MenuEffect(call.MenuSet{Key: attrConnect, Value: "t1"})) {
					t.Errorf("step %d: the record does not say which ticket", i)
				}
			}
		})
	}
}

func TestEveryWordOfTheOfferHasItsRecording(t *testing.T) {
	for _, language := range []string{"zh-CN", "en"} {
		ids, err := prompt.Texts(language)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"conn_offer", "conn_hello", "conn_menu", "conn_calling", "conn_busy", "conn_no_answer", "conn_failed", "conn_gone", "conn_again"} {
			if !slices.Contains(ids, id) {
				t.Errorf("%s has no recording %q", language, id)
			}
		}
	}
}

func TestWhoHasAJob(t *testing.T) {
	chen := &ticket.Choice{Person: "chen"}
	for _, c := range []struct {
		k    ticket.Ticket
		want bool
	}{
		{ticket.Ticket{State: ticket.Open, Dispatch: &ticket.Dispatch{State: ticket.JobAccepted, Technician: chen}}, true},
		{ticket.Ticket{State: ticket.Open, Dispatch: &ticket.Dispatch{State: ticket.JobArrived, Technician: chen}}, true},
		{ticket.Ticket{State: ticket.Open, Dispatch: &ticket.Dispatch{State: ticket.JobCompleted, Technician: chen}}, false},
		{ticket.Ticket{State: ticket.Open, Dispatch: &ticket.Dispatch{State: ticket.JobAccepted, Technician: &ticket.Choice{Person: "deng"}}}, false},
		{ticket.Ticket{State: ticket.Open, Dispatch: &ticket.Dispatch{State: ticket.JobOffered}}, false},
		{ticket.Ticket{State: ticket.Closed, Dispatch: &ticket.Dispatch{State: ticket.JobAccepted, Technician: chen}}, false},
		{ticket.Ticket{State: ticket.Open}, false},
		{ticket.Ticket{
			State: ticket.Open, Dispatch: &ticket.Dispatch{State: ticket.JobAccepted, Technician: chen}, Complaint: &ticket.Complaint{About: "chen"},
		}, false},
	} {
		if got := hasJob(&c.k, "chen"); got != c.want {
			t.Errorf("%s, %+v: %t", c.k.State, c.k.Dispatch, got)
		}
	}
}

func TestATechniciansTelephoneIsCalledOnceAtATime(t *testing.T) {
	c := &connections{}
	if up, err := c.begin("13900000001", "t1", "c1"); up != "" || err != nil {
		t.Fatalf("up %q, %v", up, err)
	}
	if up, err := c.begin("+8613900000001", "t1", "c2"); up != "c1" || err != nil {
		t.Errorf("asked for twice: up %q, %v", up, err)
	}
	if up, err := c.begin("13900000001", "t2", "c3"); up != "" || fault.KeyOf(err) != "ticket.connecting" {
		t.Errorf("about another ticket: up %q, %v", up, err)
	}
	if up, err := c.begin("13900000002", "t2", "c4"); up != "" || err != nil {
		t.Errorf("another technician: up %q, %v", up, err)
	}
	c.over("13900000001")
	if up, err := c.begin("13900000001", "t2", "c5"); up != "" || err != nil {
		t.Errorf("after the call: up %q, %v", up, err)
	}
}

// What the record of such a call proves is the part with the customer: on which number, with which end, by whom.
func TestWhatAConnectionProves(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	technician := call.LegRecord{Direction: line.Outbound, Kind: line.Trunk, Number: "13900000001", StartedAt: at, EndedAt: at.Add(time.Minute), Cause: line.NormalClearing}
	customer := func(number string, cause line.Cause) call.LegRecord {
		return call.LegRecord{Direction: line.Outbound, Kind: line.Trunk, Number: number, StartedAt: at.Add(20 * time.Second), EndedAt: at.Add(50 * time.Second), Cause: cause}
	}
	for name, c := range map[string]struct {
		legs   []call.LegRecord
		up     bool
		number string
		result string
	}{
		"reached":                {[]call.LegRecord{technician, customer("13800138000", line.NormalClearing)}, true, "13800138000", "reached"},
		"busy":                   {[]call.LegRecord{technician, customer("13800138000", line.UserBusy)}, false, "13800138000", "busy"},
		"busy, nobody elsewhere": {[]call.LegRecord{technician, customer("13800138000", line.UserBusy), customer("02161230000", line.NoAnswer)}, false, "02161230000", "no_answer"},
		"never dialled":          {[]call.LegRecord{technician}, false, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			k := &tickets{}
			r := call.CDR{
				ID: "c1", From: "", To: "13900000001", Card: call.Card{Number: "13900000001", Trunk: "telecom", Customer: "of the technician"}, StartedAt: at, EndedAt: at.Add(time.Minute),
				Attrs: map[string]string{attrConnect: "t1", attrTechnician: "chen", attrNotice: "n1"}, Legs: c.legs, Disposition: call.Unanswered,
			}
			if c.up {
				r.ConnectedAt, r.Disposition = at.Add(30*time.Second), call.Answered
			}
			p := k.proven(r)
			number, outbound := customersNumber(p)
			if number != c.number || (number != "" && !outbound) || p.Card.Customer != "" || p.Attrs[attrNotice] != "" {
				t.Fatalf("number %q, outbound %t, %+v", number, outbound, p)
			}
			a, _ := attempt(p, number, "chen", outbound)
			if string(a.Result) != c.result || (number != "" && a.Inbound) {
				t.Errorf("attempt: %+v", a)
			}
			if why, _ := k.purposes.Load(r.ID); why != (purpose{"t1", "chen"}) {
				t.Errorf("purpose: %+v", why)
			}
		})
	}
	if r := (call.CDR{ID: "c2", Attrs: map[string]string{attrNotice: "n"}}); (&tickets{}).proven(r).Attrs[attrNotice] != "n" {
		t.Error("another call's record is changed")
	}
}
