package media_test

import (
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/media"
)

// outcome waits for the end of what is played.
func outcome(t *testing.T, ends <-chan media.Outcome) media.Outcome {
	t.Helper()
	select {
	case o := <-ends:
		return o
	case <-time.After(5 * time.Second):
		t.Fatal("it never ends")
	}
	return 0
}

// Whoever plays in answer to a key is not stopped by that key, however soon; the next press stops it.
func TestAKeyPressedBeforeDoesNotStopThePlayer(t *testing.T) {
	t.Parallel()
	e := startEngine(t)
	p := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 440, event: 101})
	br := e.NewBridge()
	defer br.Close()
	m := br.Add(p.rtp)
	ends := make(chan media.Outcome, 1)
	options := media.PlayOptions{BargeIn: "1", Done: func(o media.Outcome) { ends <- o }}
	talk(100*time.Millisecond, p)
	for round := range 5 {
		released := make(chan struct{})
		go func() {
			defer close(released)
			p.press(1)
		}()
		for ev := range p.events {
			if _, ok := ev.(media.Digit); ok {
				break
			}
		}
		m.Play(media.Samples(toneALaw(700, 2400)), options) // at once, while the key is still held
		if o := outcome(t, ends); o != media.Finished {
			t.Errorf("round %d: the key pressed before: %s", round, o)
		}
		<-released
	}
	m.Play(media.Loop(toneALaw(700, 8000)), options)
	p.press(2)
	p.press(1)
	if o := outcome(t, ends); o != media.Interrupted {
		t.Errorf("a key pressed later: %s", o)
	}
}

// Nothing to say is said at once: no menu waits for it.
func TestASequenceOfNothingEndsAtOnce(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]func() media.Source{
		"no prompts":    func() media.Source { return media.Sequence() },
		"empty prompts": func() media.Source { return media.Sequence(nil, []byte{}, nil) },
		"empty samples": func() media.Source { return media.Samples(nil) },
	} {
		var f media.Frame
		if source().Next(&f) || f != (media.Frame{}) {
			t.Errorf("%s: there is a frame", name)
		}
		e := startEngine(t)
		br := e.NewBridge()
		defer br.Close()
		r, err := e.OpenRTP(media.RTPConfig{})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		m := br.Add(r)
		ends := make(chan media.Outcome, 2)
		began := time.Now()
		m.Play(source(), media.PlayOptions{Done: func(o media.Outcome) { ends <- o }})
		if o := outcome(t, ends); o != media.Finished || time.Since(began) > time.Second {
			t.Errorf("%s: %s after %v", name, o, time.Since(began))
		}
	}
}
