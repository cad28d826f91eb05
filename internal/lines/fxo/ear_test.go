package fxo_test

import (
	"testing"

	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/lines/fxo"
)

var modes = map[string]fxo.Mode{"watching": fxo.Watching, "inviting": fxo.Inviting, "following": fxo.Following, "talking": fxo.Talking}

// speechFrames are the frames of a recording.
func speechFrames(t testing.TB) []analog.Frame {
	t.Helper()
	var all []analog.Frame
	for _, s := range recording(t, "zh-CN", "main_menu") {
		for ; len(s) >= len(analog.Frame{}); s = s[len(analog.Frame{}):] {
			all = append(all, analog.Frame(s[:len(analog.Frame{})]))
		}
	}
	return all
}

func TestListeningAllocatesNothing(t *testing.T) {
	frames := speechFrames(t)
	for name, m := range modes {
		h, port := fxo.NewEar(m)
		var out, f analog.Frame
		i := 0
		if n := testing.AllocsPerRun(2000, func() {
			h.Frame(&frames[i%len(frames)], &out)
			port.Pull(&f)
			port.Push(&f)
			i++
		}); n > 0 {
			t.Errorf("%s: %v allocations a frame", name, n)
		}
	}
}

func BenchmarkListening(b *testing.B) {
	frames := speechFrames(b)
	for name, m := range modes {
		b.Run(name, func(b *testing.B) {
			h, _ := fxo.NewEar(m)
			var out analog.Frame
			i := 0
			for b.Loop() {
				h.Frame(&frames[i%len(frames)], &out)
				i++
			}
			// A frame lasts 20 ms: what part of a core one line takes.
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/20e6*100, "%core")
		})
	}
}
