package appliance

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/base/workday"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/dialplan"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/care/ticket/courier"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

func TestWhoIsCalledAboutTickets(t *testing.T) {
	doc, err := settings.Default()
	if err != nil {
		t.Fatal(err)
	}
	doc.Calendars = []workday.Calendar{{ID: "never"}}
	doc.OutboundClasses = dialplan.Plan{
		{Class: dialplan.Mobile, PIN: "1234", Calendar: "never"},
	}
	for _, c := range []struct {
		number string
		urgent bool
		kind   call.TargetKind
		code   fault.Code
	}{
		{"8001", false, call.TargetExtension, 0},
		{"13900000001", true, call.TargetExternal, 0},
		{"13900000001", false, 0, fault.Denied},
		{"0014155550100", true, 0, fault.NotFound},
		{"120", true, 0, fault.Denied},
	} {
		to, err := reach(doc, c.number, c.urgent, time.Now())
		if to.Kind != c.kind || (err != nil && fault.CodeOf(err) != c.code) || (err == nil) != (c.kind != 0) {
			t.Errorf("%s, urgent %t: %s, %v", c.number, c.urgent, to, err)
		}
	}
}

func TestAnswersOfCalls(t *testing.T) {
	for _, c := range []struct {
		r    call.Announced
		want courier.Answer
	}{
		{call.Announced{Call: "c", Key: '1'}, courier.Answer{Said: courier.Confirmed, Call: "c"}},
		{call.Announced{Call: "c", Key: '2'}, courier.Answer{Said: courier.Declined, Call: "c"}},
		{call.Announced{Call: "c", Cause: line.NoAnswer}, courier.Answer{Said: courier.NoAnswer, Call: "c"}},
		{call.Announced{Call: "c", Cause: line.UserBusy}, courier.Answer{Said: courier.Busy, Call: "c"}},
		{call.Announced{Call: "c", Cause: line.NoRoute}, courier.Answer{Said: courier.Failed, Call: "c", Why: line.NoRoute.String()}},
	} {
		if got, err := answerOf(c.r); got != c.want || err != nil {
			t.Errorf("%+v: %+v, %v", c.r, got, err)
		}
	}
	if _, err := answerOf(call.Announced{Cause: line.Shutdown}); err == nil {
		t.Error("a call that the end of the box has ended counts as an answer")
	}
}

// allNotices are tickets and notices of all kinds.
func allNotices() (list []courier.Announcement) {
	deadline := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for _, of := range []string{ticket.OfContact, ticket.OfDispatch, ticket.OfProgress, ticket.OfResolution, ticket.OfClosure} {
		for _, due := range []time.Time{deadline.Add(-time.Minute), deadline} {
			list = append(list, courier.Announcement{
				Notice: ticket.Notice{Kind: ticket.KindEscalation, Template: of, Due: due},
				Ticket: ticket.Ticket{Number: "C261122-007", Subject: "等待太久", Type: "complaint", Timers: []ticket.Timer{{Of: of, Deadline: deadline}}},
			})
		}
	}
	nobody := ticket.Ticket{Number: "R261122-001", Type: "rescue", Dispatch: &ticket.Dispatch{State: ticket.JobFailed, Place: ticket.Place{Text: "G2"}}}
	return append(list,
		courier.Announcement{Notice: ticket.Notice{Kind: ticket.KindEscalation, Template: ticket.OfDispatch}, Ticket: nobody},
		courier.Announcement{Notice: ticket.Notice{Kind: ticket.KindJob, Template: "job"}, Ticket: nobody},
		courier.Announcement{Notice: ticket.Notice{Kind: ticket.KindJob, Template: "job"}, Ticket: ticket.Ticket{Number: "F1", Type: "field"}},
	)
}

// Whatever is told by telephone has its recordings in both languages, names the ticket, and ends with the keys.
func TestEveryWordHasItsRecording(t *testing.T) {
	for _, language := range []string{"zh-CN", "en"} {
		ids, err := prompt.Texts(language)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range allNotices() {
			list := words(n, &ticket.Type{Complaint: n.Ticket.Type == "complaint"})
			for _, p := range answers(n.Notice.Kind) {
				list = append(list, p...)
			}
			for _, p := range list {
				if p.Kind == prompt.KindRecording && !slices.Contains(ids, p.ID) {
					t.Errorf("%s has no recording %q", language, p.ID)
				}
			}
			if !slices.ContainsFunc(list, func(p prompt.Phrase) bool { return p.Kind == prompt.KindDigits && p.Digits == digits(n.Ticket.Number) }) {
				t.Errorf("the number is not said: %+v", list)
			}
		}
	}
}

func TestWhatSMSSay(t *testing.T) {
	w := smsWords{Dealership: "和谐", Number: "R261122-001", Subject: "抛锚", Place: "G2 1203", Plate: "沪A12345", Rescue: true}
	for language, want := range map[string]string{
		"zh-CN": "【和谐】救援任务 R261122-001：抛锚，车牌沪A12345，地点：G2 1203。请接听来电，按1接受，按2拒绝。",
		"en":    "和谐: rescue R261122-001: 抛锚, plate 沪A12345, at G2 1203. Please take our call: 1 accepts, 2 declines.",
	} {
		var b strings.Builder
		if err := smsTexts[language]["job"].Execute(&b, w); err != nil || b.String() != want {
			t.Errorf("%s: %q, %v", language, b.String(), err)
		}
		for _, name := range []string{"job", "escalation", "coming", "unreachable"} {
			if smsTexts[language][name] == nil {
				t.Errorf("%s has no SMS %q", language, name)
			}
		}
		for _, n := range allNotices() {
			if n.Notice.Kind == ticket.KindEscalation && smsTargets[language][n.Notice.Template] == "" {
				t.Errorf("%s has no word for %s", language, n.Notice.Template)
			}
		}
	}
}
