package ticket_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/care/ticket"
)

// subjects are the subjects of what a search finds, in its order.
func subjects(t *testing.T, b *ticket.Book, who, query string) string {
	t.Helper()
	list, err := b.Find(ticket.Viewer{Person: who}, query, 10)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, k := range list {
		out = append(out, k.Subject)
	}
	return strings.Join(out, " ")
}

func TestTicketsAreFoundByWhatWasSaidOfThem(t *testing.T) {
	b, _ := newBook(t, staff{})
	one := create(t, b, ticket.Ticket{Type: "inquiry", Subject: "甲", Body: "变速箱换挡顿挫，仪表有 P0741 故障码", Form: map[string]string{"x": "冷车时"}})
	two := create(t, b, ticket.Ticket{Type: "inquiry", Subject: "乙", Body: "变速箱漏油"})
	secret := create(t, b, ticket.Ticket{Type: "complaint", Subject: "丙", Body: "变速箱", Complaint: &ticket.Complaint{About: "li"}})
	if _, err := b.Comment(t.Context(), clerk, two.ID, "已订购密封圈 4F27E"); err != nil {
		t.Fatal(err)
	}
	check := func(want map[string]string) {
		t.Helper()
		for query, listed := range want {
			if got := subjects(t, b, "", query); got != listed {
				t.Errorf("%s: %q, want %q", query, got, listed)
			}
		}
	}
	check(map[string]string{
		"变速箱": "丙 乙 甲", "变速箱 漏油": "乙", "p0741": "甲", "P07": "甲", "密封圈": "乙", "4f27e 变速": "乙", "冷车": "甲", "刹车": "", "箱变": "", "变": "",
		"P0741 密封": "",
	})
	if got := subjects(t, b, "li", "变速箱"); got != "乙 甲" {
		t.Errorf("whom it is about finds %q", got)
	}
	one.Body = "刹车异响"
	one, err := b.Write(t.Context(), clerk, one)
	if err != nil {
		t.Fatal(err)
	}
	two.Body = ""
	if _, err := b.Write(t.Context(), clerk, two); err != nil { // its comments still count
		t.Fatal(err)
	}
	check(map[string]string{"刹车": "甲", "p0741": "", "漏油": "", "密封圈": "乙", "变速箱": "丙"})
	if _, err := b.Merge(t.Context(), clerk, one.ID, one.Meta.Rev, two.ID); err != nil {
		t.Fatal(err)
	}
	check(map[string]string{"刹车": "乙 甲"})
	_ = secret
}

func TestWordsOfATicketAreBounded(t *testing.T) {
	b, _ := newBook(t, staff{})
	var long strings.Builder
	for i := range 500 {
		fmt.Fprintf(&long, "w%d ", i)
	}
	k := create(t, b, ticket.Ticket{Type: "inquiry", Subject: "甲", Body: long.String()})
	for range 3 {
		if _, err := b.Comment(t.Context(), clerk, k.ID, strings.ReplaceAll(long.String(), "w", "c")); err != nil {
			t.Fatal(err)
		}
	}
	for query, want := range map[string]string{"w0": "甲", "w158": "甲", "w159": "", "c0": "甲", "c79": "甲", "c80": ""} {
		if got := subjects(t, b, "", query+" "+query); got != want {
			t.Errorf("%s: %q", query, got)
		}
	}
	for _, odd := range []string{strings.Repeat("a", 5000), strings.Repeat("车", 5000), "\x00", "🚗🚗", "%", "' OR 1=1"} {
		if got := subjects(t, b, "", odd); got != "" {
			t.Errorf("%.10s: %q", odd, got)
		}
	}
}
