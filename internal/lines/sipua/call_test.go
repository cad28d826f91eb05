package sipua_test

import (
	"testing"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

func TestPhoneCallsBox(t *testing.T) {
	t.Parallel()
	b := newBox(t, extensions("101"), nil)
	p := phone(t, b, "101", nil)

	l, err := p.DialTrunk("line", "600", sipua.Outgoing{From: "101"})
	if err != nil {
		t.Fatal(err)
	}
	out, in := hold(t, l), b.call()
	if i := in.Info(); i.Kind != line.Extension || i.Line != "101" || i.To != "600" || i.From != "101" || i.Direction != line.Inbound {
		t.Errorf("info %+v", i)
	}
	in.Do(line.Ring{})
	out.want(line.Ringing{})
	in.Do(line.Progress{})
	out.want(line.EarlyMedia{})
	in.Do(line.Answer{})
	out.want(line.Answered{})
	in.want(line.Answered{})
	out.Do(line.Hangup{})
	if e := in.ended(line.NormalClearing); !e.Remote {
		t.Error("the caller hung up, not we")
	}
	if e := out.ended(line.NormalClearing); e.Remote {
		t.Error("we hung up, not the far side")
	}
	eventually(t, "legs gone", func() bool { return b.Stats().Legs == 0 && p.Stats().Legs == 0 })
}

func TestBoxCallsPhone(t *testing.T) {
	t.Parallel()
	b := newBox(t, extensions("101"), nil)
	if _, err := b.DialExtension("101", sipua.Outgoing{}); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("not registered: %v", err)
	}
	p := phone(t, b, "101", nil)
	legs, err := b.DialExtension("101", sipua.Outgoing{From: "13800138000", FromName: "Wang"})
	if err != nil || len(legs) != 1 {
		t.Fatal(legs, err)
	}
	out, in := hold(t, legs[0]), p.call()
	if i := in.Info(); i.From != "13800138000" || i.FromName != "Wang" || i.To != "101" {
		t.Errorf("info %+v", i)
	}
	in.Do(line.Ring{})
	out.want(line.Ringing{})
	in.Do(line.Answer{})
	out.want(line.Answered{})
	in.want(line.Answered{})
	in.Do(line.Hangup{})
	out.ended(line.NormalClearing)
}
