package courier

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/ticket"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func notice(kind, by string, tries int) ticket.Notice {
	return ticket.Notice{
		ID: "n", Ticket: "t", Kind: kind, Template: "first_contact", Person: "li", Phone: "13900000001", By: by,
		State: ticket.Pending, Tries: tries, Next: noon, Until: noon.Add(24 * time.Hour),
	}
}

func TestStep(t *testing.T) {
	none := fault.New(fault.Unavailable, "sms.no_way", "send SMS: no way")
	invalid := fault.New(fault.Invalid, "sms.number", "send SMS: no number")
	short := notice(ticket.KindJob, ticket.BySMS, 1)
	short.Until = noon.Add(50 * time.Second)
	nobody := notice(ticket.KindEscalation, ticket.ByCall, 0)
	nobody.Phone = ""
	old := notice(ticket.KindEscalation, ticket.BySMS, 3)
	old.Until, old.Error = noon, "sms.no_way"
	for name, c := range map[string]struct {
		n       ticket.Notice
		ev      event
		state   ticket.NoticeState
		tries   int
		wait    time.Duration // until Next; negative: never
		err     string
		effects []effect
	}{
		"begin":                   {notice(ticket.KindEscalation, ticket.ByCall, 0), due{}, ticket.Pending, 1, 0, "", []effect{tell}},
		"begin again after power": {notice(ticket.KindEscalation, ticket.ByCall, 3), due{}, ticket.Pending, 4, 0, "", []effect{tell}},
		"bounded":                 {notice(ticket.KindEscalation, ticket.ByCall, 4), due{}, ticket.Unsent, 4, -1, "expired", nil},
		"superseded":              {notice(ticket.KindJob, ticket.ByCall, 1), due{"superseded"}, ticket.Unsent, 1, -1, "superseded", nil},
		"no phone":                {nobody, due{}, ticket.Unsent, 0, -1, "no_phone", nil},
		"too old":                 {old, due{}, ticket.Unsent, 3, -1, "sms.no_way", nil},
		"told":                    {notice(ticket.KindEscalation, ticket.ByConsole, 1), told{}, ticket.Sent, 1, -1, "", nil},
		"texted":                  {notice(ticket.KindCustomer, ticket.BySMS, 1), texted{}, ticket.Sent, 1, -1, "", nil},
		"no way":                  {notice(ticket.KindCustomer, ticket.BySMS, 1), texted{none}, ticket.Pending, 1, time.Minute, "sms.no_way", nil},
		"no way, third":           {notice(ticket.KindCustomer, ticket.BySMS, 3), texted{none}, ticket.Pending, 3, 5 * time.Minute, "sms.no_way", nil},
		"no way, ninth":           {notice(ticket.KindCustomer, ticket.BySMS, 9), texted{none}, ticket.Pending, 9, 30 * time.Minute, "sms.no_way", nil},
		"fault without a code":    {notice(ticket.KindCustomer, ticket.BySMS, 1), texted{errors.New("x")}, ticket.Pending, 1, time.Minute, "internal", nil},
		"no such number":          {notice(ticket.KindCustomer, ticket.BySMS, 1), texted{invalid}, ticket.Unsent, 1, -1, "sms.number", nil},
		"of no use in a minute":   {short, texted{none}, ticket.Unsent, 1, -1, "sms.no_way", nil},
		"acknowledged":            {notice(ticket.KindEscalation, ticket.ByCall, 2), called{Answer{Said: Confirmed}}, ticket.Acked, 2, -1, "", []effect{acknowledge}},
		"accepted":                {notice(ticket.KindJob, ticket.ByCall, 1), called{Answer{Said: Confirmed}}, ticket.Acked, 1, -1, "", []effect{accept}},
		"declined":                {notice(ticket.KindJob, ticket.ByCall, 1), called{Answer{Said: Declined}}, ticket.Acked, 1, -1, "", []effect{decline}},
		"not taken":               {notice(ticket.KindEscalation, ticket.ByCall, 1), called{Answer{Said: NoAnswer}}, ticket.Pending, 1, 2 * time.Minute, "no_answer", nil},
		"not taken, job":          {notice(ticket.KindJob, ticket.ByCall, 1), called{Answer{Said: NoAnswer}}, ticket.Pending, 1, 15 * time.Second, "no_answer", nil},
		"not taken, last":         {notice(ticket.KindEscalation, ticket.ByCall, 4), called{Answer{Said: NoAnswer}}, ticket.Unsent, 4, -1, "no_answer", nil},
		"failed":                  {notice(ticket.KindEscalation, ticket.ByCall, 1), called{Answer{Said: Failed, Why: "no_route"}}, ticket.Pending, 1, 2 * time.Minute, "failed: no_route", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, effects := step(c.n, c.ev, noon)
			next := noon.Add(c.wait)
			if c.wait < 0 {
				next = time.Time{}
			}
			if got.State != c.state || got.Tries != c.tries || !got.Next.Equal(next) || got.Error != c.err || !slices.Equal(effects, c.effects) {
				t.Errorf("%s, %d tries, next %s, error %q, effects %v", got.State, got.Tries, got.Next, got.Error, effects)
			}
			if over := c.wait < 0; over == got.DoneAt.IsZero() {
				t.Errorf("done at %s", got.DoneAt)
			}
		})
	}
}

// What was delivered or given up stays so, whatever comes late.
func TestWhatIsOverStaysSo(t *testing.T) {
	for _, s := range []ticket.NoticeState{ticket.Sent, ticket.Acked, ticket.Unsent} {
		for _, ev := range []event{due{}, told{}, texted{}, texted{errors.New("x")}, called{Answer{Said: Confirmed}}, called{Answer{Said: NoAnswer}}} {
			n := notice(ticket.KindJob, ticket.ByCall, 1)
			n.State = s
			if got, effects := step(n, ev, noon); len(effects) != 0 || got.State != s || got.Tries != 1 {
				t.Errorf("%s, %T: %+v, %v", s, ev, got, effects)
			}
		}
	}
}

// However often the box loses power, and whatever comes of the tries, a notice comes to an end.
func TestEveryNoticeComesToAnEnd(t *testing.T) {
	for _, by := range []string{ticket.BySMS, ticket.ByCall} {
		for _, broken := range []bool{false, true} {
			n, now, made := notice(ticket.KindEscalation, by, 0), noon, 0
			for n.State == ticket.Pending {
				var effects []effect
				if n, effects = step(n, due{}, now); len(effects) == 0 {
					break
				}
				if made++; made > maxTexts {
					t.Fatalf("%s: tried %d times", by, made)
				}
				switch {
				case broken:
				case by == ticket.BySMS:
					n, _ = step(n, texted{errors.New("x")}, now)
				default:
					n, _ = step(n, called{Answer{Said: NoAnswer}}, now)
				}
				now = n.Next
			}
			if n.State != ticket.Unsent {
				t.Errorf("%s, broken off %t: %s after %d", by, broken, n.State, made)
			}
		}
	}
}
