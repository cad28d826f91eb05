package fxo

import (
	"time"

	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/sound/dsp/progress"
)

// DeviceEnd is what the device's loop does with a leg's sound.
func DeviceEnd(p *Port) func(in, out *analog.Frame) {
	return func(in, out *analog.Frame) {
		p.fromLine.put(in)
		p.toLine.take(out)
	}
}

// NewEar is a line's ear on its own, in a mode, with a leg.
func NewEar(m Mode, post func(any)) (handler analog.Handler, port *Port) {
	p := &Port{}
	tones := progress.New(progress.China())
	e := newEar(tones, 10*time.Second, post)
	e.sound.Store(p)
	e.order.Store(&listening{mode: m, tones: tones})
	return e, p
}

// Fail makes something go wrong in a line's goroutine.
func (l *Lines) Fail(name string) {
	if a, err := l.byName(name); err == nil {
		a.box.Put(wanted{})
	}
}
