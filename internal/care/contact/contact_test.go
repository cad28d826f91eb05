package contact_test

import (
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/care/contact"
)

var cst = time.FixedZone("CST", 8*3600)

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, cst)
	if err != nil {
		panic(err)
	}
	return t
}

func vain(r contact.Result, when ...string) (list []contact.Attempt) {
	for _, w := range when {
		list = append(list, contact.Attempt{At: at(w), Number: "13800000001", Result: r})
	}
	return list
}

func TestNext(t *testing.T) {
	one := []string{"13800000001"}
	two := []string{"13800000001", "01088886666"}
	for _, tc := range []struct {
		name     string
		attempts []contact.Attempt
		numbers  []string
		now      string
		next     string // "": none
		number   string
		giveUp   contact.Result
		reached  bool
	}{
		{"nothing tried: now", nil, one, "2026-11-23 10:00", "2026-11-23 10:00", "13800000001", "", false},
		{"nothing tried, before the hours", nil, one, "2026-11-23 07:00", "2026-11-23 09:00", "13800000001", "", false},
		{"nothing tried, after the hours", nil, one, "2026-11-23 20:00", "2026-11-24 09:00", "13800000001", "", false},
		{"no answer in the morning: in the afternoon", vain(contact.NoAnswer, "2026-11-23 10:00"), one, "2026-11-23 10:05", "2026-11-23 12:00", "13800000001", "", false},
		{"the other number in turn", vain(contact.NoAnswer, "2026-11-23 10:00"), two, "2026-11-23 13:00", "2026-11-23 13:00", "01088886666", "", false},
		{"three calls in ten minutes are one slot", vain(contact.NoAnswer, "2026-11-23 10:00", "2026-11-23 10:04", "2026-11-23 10:09"), one, "2026-11-23 10:10", "2026-11-23 12:00", "13800000001", "", false},
		{"evening in vain: tomorrow", vain(contact.NoAnswer, "2026-11-23 18:00"), one, "2026-11-23 18:01", "2026-11-24 09:00", "13800000001", "", false},
		{"busy: again in ten minutes", vain(contact.Busy, "2026-11-23 10:00"), one, "2026-11-23 10:01", "2026-11-23 10:10", "13800000001", "", false},
		{"busy at the slot's end: the next slot", vain(contact.Busy, "2026-11-23 11:55"), one, "2026-11-23 11:56", "2026-11-23 12:00", "13800000001", "", false},
		{"busy three times: the next slot", vain(contact.Busy, "2026-11-23 10:00", "2026-11-23 10:10", "2026-11-23 10:20"), one, "2026-11-23 10:21", "2026-11-23 12:00", "13800000001", "", false},
		{"three slots: unreachable", vain(contact.NoAnswer, "2026-11-23 10:00", "2026-11-23 13:00", "2026-11-24 09:30"), one, "2026-11-24 10:00", "", "", contact.NoAnswer, false},
		{"wrong number, no other", vain(contact.WrongNumber, "2026-11-23 10:00"), one, "2026-11-23 10:01", "", "", contact.WrongNumber, false},
		{"wrong number, another: at once", vain(contact.WrongNumber, "2026-11-23 10:00"), two, "2026-11-23 10:01", "2026-11-23 10:01", "01088886666", "", false},
		{"refused", vain(contact.Refused, "2026-11-23 10:00"), one, "2026-11-23 10:01", "", "", contact.Refused, false},
		{"reached", vain(contact.Reached, "2026-11-23 10:00"), one, "2026-11-23 10:01", "", "", "", true},
		{"no number at all", nil, nil, "2026-11-23 10:00", "", "", contact.WrongNumber, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v := contact.DefaultPlan().Next(tc.attempts, tc.numbers, at(tc.now), cst)
			next := ""
			if !v.Next.IsZero() {
				next = v.Next.Format("2006-01-02 15:04")
			}
			if next != tc.next || v.Number != tc.number || v.Reason != tc.giveUp || v.GiveUp != (tc.giveUp != "") || v.Reached != tc.reached {
				t.Errorf("got %+v", v)
			}
		})
	}
}

// TestGivesUpOnlyAfterThreeSlots follows the advice to the end, whatever comes of the attempts.
func TestGivesUpOnlyAfterThreeSlots(t *testing.T) {
	p, numbers := contact.DefaultPlan(), []string{"1", "2"}
	now := at("2026-11-23 08:00")
	var done []contact.Attempt
	for n := 0; ; n++ {
		if n > 12 {
			t.Fatal("it never ends")
		}
		v := p.Next(done, numbers, now, cst)
		if v.GiveUp {
			break
		}
		if v.Next.Before(now) || v.Next.Hour() < 9 || v.Next.Hour() >= 20 {
			t.Fatalf("next at %v, it is %v", v.Next, now)
		}
		now = v.Next
		done = append(done, contact.Attempt{At: now.UTC(), Number: v.Number, Result: []contact.Result{contact.Busy, contact.NoAnswer, contact.PoweredOff}[n%3]})
		now = now.Add(time.Minute)
	}
	if got := p.Slots(done, cst); got != 3 {
		t.Errorf("gave up after %d slots", got)
	}
}

func TestCheckNamesTheField(t *testing.T) {
	bad := contact.Plan{Attempts: 0, Parts: []contact.Part{{"9:00", "12:00"}, {"10:00", "25:00"}, {"12:00", "11:00"}}}.Check()
	want := []string{"attempts", "parts[0].from", "parts[1].to", "parts[2]"}
	for i, f := range bad {
		if i >= len(want) || f.Path != want[i] {
			t.Errorf("field %s: %s", f.Path, f.Message)
		}
	}
	if len(bad) != len(want) {
		t.Errorf("%d errors: %v", len(bad), bad)
	}
	if contact.DefaultPlan().Check() != nil {
		t.Error("the default plan is wrong")
	}
}
