package appliance

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
)

func TestWhichCallGivesWayToAnEmergency(t *testing.T) {
	y := &yielders{analog: func(name string) bool { return strings.HasPrefix(name, "fxo") }, log: slog.New(slog.DiscardHandler)}
	at := func(minute int) time.Time { return time.Unix(int64(minute)*60, 0) }
	out := func(id call.ID, began int, on, number string) call.View {
		return call.View{ID: id, StartedAt: at(began), Outside: []call.OutsideLeg{{Line: on, Number: number, Dialed: true}}}
	}
	in := func(id call.ID, began int, on string) call.View {
		return call.View{ID: id, StartedAt: at(began), Outside: []call.OutsideLeg{{Line: on, Number: "13800138000"}}}
	}
	connected := func(v call.View) call.View {
		v.ConnectedAt = v.StartedAt
		return v
	}
	const mobile = "13900139000"
	for name, c := range map[string]struct {
		live []call.View
		busy string
		want call.ID
	}{
		"the newest that was dialled":     {[]call.View{connected(out("a", 1, "t", mobile)), connected(out("b", 3, "t", mobile)), connected(out("c", 2, "t", mobile))}, "t", "b"},
		"one that rings before that":      {[]call.View{out("a", 1, "t", mobile), connected(out("b", 3, "t", mobile))}, "t", "a"},
		"who called in comes last":        {[]call.View{in("a", 9, "t"), connected(out("b", 1, "t", mobile))}, "t", "b"},
		"who waits before who speaks":     {[]call.View{connected(in("a", 9, "t")), in("b", 1, "t")}, "t", "b"},
		"no emergency gives way":          {[]call.View{out("a", 1, "t", "119"), connected(out("b", 2, "t", "110"))}, "t", ""},
		"another trunk is of no use":      {[]call.View{out("a", 1, "u", mobile)}, "t", ""},
		"any analog line does":            {[]call.View{out("a", 1, "fxo/3", mobile)}, "fxo", "a"},
		"calls inside have nothing to do": {[]call.View{{ID: "a", StartedAt: at(1)}}, "t", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got, ok := y.least(c.live, []call.Destination{{Line: c.busy, Number: "120"}}); got != c.want || ok != (c.want != "") {
				t.Errorf("gives way: %q, want %q", got, c.want)
			}
		})
	}
	if y.MakeWay([]call.Destination{{Line: "t", Number: "120"}}) {
		t.Error("there are no calls yet")
	}
}
