package media_test

import (
	"testing"

	"github.com/dealerline/dealerline/internal/sound/media"
)

func TestAnEchoComesLaterAndOnce(t *testing.T) {
	e := media.NewEcho()
	var said, silence, heard media.Frame
	for i := range silence {
		silence[i] = 0xD5
	}
	const delay = 29 // frames after the one in which it was said
	for n := range 200 {
		said = silence
		if n == 10 {
			said[0] = 1
		}
		if n < 100 { // then nothing more is heard at all
			e.Frame(&said, &silence)
		}
		if !e.Next(&heard) {
			t.Fatal("an echo has no end")
		}
		if want := n == 10+delay; (heard != silence) != want {
			t.Errorf("frame %d: echo %v, want %v", n, heard != silence, want)
		}
	}
}
