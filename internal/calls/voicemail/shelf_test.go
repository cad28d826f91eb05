package voicemail

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
)

func TestWhatIsKeptNoLongerGoes(t *testing.T) {
	h := open(t, t.TempDir(), rows{})
	h.put("8005", 5, 24*40)
	gone := h.put("8005", 5, 1)
	fresh := h.put("8005", 5, 1)
	if err := h.Set(gone, Deleted, noon); err != nil {
		t.Fatal(err)
	}
	clean := func(after time.Duration, want int) {
		t.Helper()
		if n, err := h.Clean(t.Context(), noon.Add(after)); n != want || err != nil {
			t.Errorf("after %s: %d removed, %v; want %d", after, n, err, want)
		}
	}
	clean(0, 0)
	h.rule.Keep = 30 * 24 * time.Hour
	clean(0, 1)
	clean(7*24*time.Hour-time.Second, 0)
	clean(7*24*time.Hour, 1)
	if list := h.List("8005", 0); len(list) != 1 || list[0].ID != fresh {
		t.Errorf("left: %+v", list)
	}
	for _, err := range []error{h.Set(gone, Old, noon), h.Remove(gone)} {
		if fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a message that has gone: %v", err)
		}
	}
	if err := h.Set(fresh, Draft, noon); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("a draft again: %v", err)
	}
}

// speak runs a shelf and leaves a message that is really recorded; what is spoken is 7 in every sample.
func speak(t *testing.T, h *house, frames int) (id string) {
	t.Helper()
	id = h.begin(Message{Box: "8005", Left: time.Now().UTC()})
	done := make(chan call.Memo, 1)
	r := h.Record(id, "c1", time.Minute, func(m call.Memo) { done <- m })
	var f media.Frame
	for i := range f {
		f[i] = 7
	}
	for range frames {
		r.Frame(&f, &f)
	}
	r.Close()
	if m := <-done; m.Length != time.Duration(frames)*media.FrameDuration {
		t.Errorf("%s recorded", m.Length)
	}
	h.decide(id)
	return id
}

func (h *house) run(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = h.Run(ctx) // it returns the context's cause
	}()
	return func() { cancel(); <-ended }
}

// Every row has its sound and every file its row, also after a start with what a crash left.
func TestRowsAndFilesAgree(t *testing.T) {
	dir, kept := t.TempDir(), rows{}
	h := open(t, dir, kept)
	stop := h.run(t)
	id := speak(t, h, 150)
	if s := h.Sound(id); len(s) != 150*media.FrameSamples || s[0] != 7 {
		t.Errorf("%d samples", len(s))
	}
	m, err := h.Find(id)
	if err != nil || m.State != New || m.SHA256 == "" {
		t.Errorf("message %+v, %v", m, err)
	}
	stop()

	torn, lost := kept[id], kept[id]
	torn.ID, torn.Path, torn.State, torn.Open = newID(), "torn.wav", Draft, true
	lost.ID, lost.Path = newID(), "lost.wav"
	kept[torn.ID], kept[lost.ID] = torn, lost
	data, err := os.ReadFile(h.File(m))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"torn.wav": data[:20001], "nobodys.wav": data} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h = open(t, dir, kept)
	stop = h.run(t)
	for range 200 {
		if _, err := h.Find(torn.ID); err == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	list := h.List("8005", New)
	if len(list) != 2 || len(kept) != 2 {
		t.Fatalf("messages %+v, %d rows", list, len(kept))
	}
	if r := kept[torn.ID]; !r.Repaired || r.Open || r.Length < 2*time.Second || len(h.Sound(torn.ID)) < 19000 {
		t.Errorf("the repaired one: %+v", r)
	}
	if _, err := os.Stat(filepath.Join(dir, "nobodys.wav")); !os.IsNotExist(err) {
		t.Errorf("a file without a row: %v", err)
	}
	if err := h.Remove(id); err != nil {
		t.Fatal(err)
	}
	for range 200 {
		if _, err = os.Stat(h.File(m)); os.IsNotExist(err) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("a message was removed, and its file is there")
}

// What holds nothing but the noise of a line is no message, whether its caller hangs up or says that it is good.
func TestSilenceIsNoMessage(t *testing.T) {
	var quiet, loud media.Frame
	for i := range quiet {
		quiet[i], loud[i] = dsp.EncodeALaw(int16(40*(i%2))), dsp.EncodeALaw(int16(3000*(i%2)))
	}
	for name, c := range map[string]struct {
		loud int // of two hundred frames
		kept bool
	}{"nothing said": {0, false}, "a click": {3, false}, "a word": {20, true}} {
		t.Run(name, func(t *testing.T) {
			h := open(t, t.TempDir(), rows{})
			stop := h.run(t)
			defer stop()
			id := h.begin(Message{Box: "8005", Left: time.Now().UTC()})
			done := make(chan call.Memo, 1)
			r := h.Record(id, "c1", time.Minute, func(m call.Memo) { done <- m })
			for i := range 200 {
				if i < c.loud {
					r.Frame(&loud, &quiet)
				} else {
					r.Frame(&quiet, &loud)
				}
			}
			r.Close()
			if m := <-done; (m.Length > 0) != c.kept {
				t.Errorf("%s recorded", m.Length)
			}
			h.decide(id)
			if list := h.List("8005", 0); (len(list) == 1) != c.kept || len(h.tapes) != 0 {
				t.Errorf("messages %+v, %d tapes", list, len(h.tapes))
			}
		})
	}
}

// A box may be full by the length of its messages, whatever their number; deleted ones do not count.
func TestABoxIsFullByLength(t *testing.T) {
	h := open(t, t.TempDir(), rows{})
	h.boxes[0].MaxMinutes = 2
	first := h.put("8005", 60, 1)
	h.put("8900", 600, 1)
	if why := h.takes(h.boxes[0]); why != "" {
		t.Errorf("after a minute: %s", why)
	}
	h.put("8005", 61, 1)
	if why := h.takes(h.boxes[0]); why != Full {
		t.Errorf("after two minutes: %q", why)
	}
	if err := h.Set(first, Deleted, noon); err != nil {
		t.Fatal(err)
	}
	if why := h.takes(h.boxes[0]); why != "" {
		t.Errorf("after a deletion: %s", why)
	}
}
