package sipua

import (
	"fmt"
	"slices"
	"testing"
)

func drain(o *order[string]) (out []string) {
	for {
		item, tx, ok := o.next()
		if !ok {
			return out
		}
		out = append(out, fmt.Sprint(item)+tx)
	}
}

func TestOrder(t *testing.T) {
	var o order[string]
	o.arrive("ack", "ACK")
	o.arrive("bye", "BYE")
	o.arrive("", "200")
	o.attach("bye", "BYE", "!")
	if got := drain(&o); len(got) != 0 || !o.blocked() {
		t.Fatalf("BYE overtook: %v", got)
	}
	o.attach("ack", "ACK", "!")
	if got, want := drain(&o), []string{"ACK!", "BYE!", "200"}; !slices.Equal(got, want) {
		t.Fatalf("%v, want %v", got, want)
	}
	if o.arrive("bye", "BYE") {
		t.Error("a retransmission was let in")
	}
	o.attach("info", "INFO", "!")
	if got := drain(&o); !slices.Equal(got, []string{"INFO!"}) {
		t.Errorf("attached only: %v", got)
	}
	o.arrive("lost", "LOST")
	o.arrive("", "180")
	o.skip()
	if got := drain(&o); !slices.Equal(got, []string{"180"}) {
		t.Errorf("after the lost one: %v", got)
	}
	for i := range 1000 {
		o.attach(string(rune('a'+i)), "X", "")
		drain(&o)
	}
	if len(o.seen) > memory || len(o.attached) != 0 {
		t.Errorf("%d keys, %d transactions kept", len(o.seen), len(o.attached))
	}
}
