package fxo

import "github.com/dealerline/dealerline/internal/lines/analog"

// DeviceEnd is what the device's loop does with a leg's sound.
func DeviceEnd(p *Port) func(in, out *analog.Frame) {
	return func(in, out *analog.Frame) {
		p.fromLine.put(in)
		p.toLine.take(out)
	}
}
