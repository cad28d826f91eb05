package station_test

import (
	"testing"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/station"
)

func TestCallsGoWhereTheUserWants(t *testing.T) {
	b := station.NewBook([]station.Station{{Extension: "8001", Busy: "8002"}})
	if err := b.Set("8001", func(s *station.Station) { s.NoAnswer, s.Extension = "13800138000", "9999" }); err != nil {
		t.Fatal(err)
	}
	for cause, want := range map[line.Cause]string{
		line.CauseUnknown: "", line.UserBusy: "8002", line.NoAnswer: "13800138000", line.SubscriberAbsent: "13800138000", line.NormalClearing: "",
	} {
		if got := b.Of("8001").Instead(cause); got != want {
			t.Errorf("%s: %q, want %q", cause, got, want)
		}
	}
	select {
	case <-b.Changed():
	default:
		t.Error("nobody is told of the change")
	}
	for _, bad := range []string{"8001", "12x", "１２", "123456789012345678901234567890123"} {
		if err := b.Set("8001", func(s *station.Station) { s.Always = bad }); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	if s := b.Of("8001"); s.Always != "" || s.Busy != "8002" || s.Extension != "8001" {
		t.Errorf("after refused changes: %+v", s)
	}
	_ = b.Set("8001", func(s *station.Station) { *s = station.Station{} })
	if len(b.All()) != 0 {
		t.Errorf("nothing is set, and kept is %v", b.All())
	}
}
