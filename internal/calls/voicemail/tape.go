package voicemail

import (
	"sync/atomic"
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/recording"
)

// Trouble is why a box takes no message; "" is none.
type Trouble string

// The troubles, by the recordings that tell of them.
const (
	Full   Trouble = "vm_full"    // the box has as many as it may, or as long ones
	NoRoom Trouble = "vm_no_room" // the disk has none, or all boxes together have had theirs
)

// takes says whether a box takes a message now.
func (s *Shelf) takes(b Box) Trouble {
	s.mu.Lock()
	defer s.mu.Unlock()
	fresh, old := s.count(b.Number)
	space := s.cfg.Rule().Space
	switch {
	case fresh+old >= b.most(), b.MaxMinutes > 0 && s.spoken(b.Number) >= time.Duration(b.MaxMinutes)*time.Minute:
		return Full
	case s.archive.Stats().DiskFull, space > 0 && s.bytes >= space:
		return NoRoom
	}
	return ""
}

// spoken is how long the messages of a box are that are not deleted.
func (s *Shelf) spoken(box string) (sum time.Duration) {
	for _, m := range s.all {
		if m.Box == box && m.State != Deleted {
			sum += m.Length
		}
	}
	return sum
}

// begin makes a draft that can then be recorded, and returns its id.
func (s *Shelf) begin(m Message) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.ID, m.State, m.Open = newID(), Draft, true
	s.all[m.ID] = &m
	return m.ID
}

// decide keeps a draft, now or as soon as it is recorded; one that is too short goes.
func (s *Shelf) decide(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.all[id]
	switch {
	case !ok || m.State != Draft:
	case m.Open && s.finished[id] == nil: // it was never recorded
		delete(s.all, id)
	case m.Open:
		s.decided[id] = true
	default:
		s.settle(m)
	}
}

// discard removes a draft whose caller wants another.
func (s *Shelf) discard(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m, ok := s.all[id]; ok && m.State == Draft && !m.Open {
		s.drop(m)
	}
}

// settle makes a draft a message that waits, if it is long enough.
func (s *Shelf) settle(m *Message) {
	if m.Length < Least {
		s.drop(m)
		return
	}
	m.State = New
	s.keep(*m)
	s.show(m.Box)
	s.cfg.Left(*m)
}

// Record starts the recording of a draft; it satisfies call.Messages.
func (s *Shelf) Record(message string, of call.ID, limit time.Duration, done func(call.Memo)) call.Recording {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.all[message]
	if !ok || !m.Open || s.finished[message] != nil { // a menu of ours asks for none but its own
		done(call.Memo{})
		return &tape{}
	}
	m.Call = string(of)
	s.finished[message] = done
	r := s.archive.Record(recording.Meta{Call: message, At: m.Left})
	t := &tape{recorder: r}
	t.left.Store(int64(limit / media.FrameDuration))
	s.tapes[message] = t
	return t
}

// tape records up to a limit.
type tape struct {
	recorder *recording.Recorder // nil: nothing is recorded
	left     atomic.Int64        // frames
	voiced   atomic.Int64        // frames in which something was to be heard
}

// leastVoice is how much must be heard of a message that is more than a breath and the noise of the line: ten frames.
const leastVoice = int64(200 * time.Millisecond / media.FrameDuration)

// silent reports whether nobody has spoken.
func (t *tape) silent() bool { return t.voiced.Load() < leastVoice }

// Frame takes 20 ms of what the caller says.
func (t *tape) Frame(left, right *media.Frame) {
	if t.recorder != nil && t.left.Add(-1) >= 0 {
		if left != nil && !dsp.SilentALaw(left[:]) {
			t.voiced.Add(1)
		}
		t.recorder.Frame(left, right)
	}
}

// ID returns the message's id.
func (t *tape) ID() string {
	if t.recorder == nil {
		return ""
	}
	return t.recorder.ID()
}

// Close ends the recording. Safe to call twice.
func (t *tape) Close() {
	if t.recorder != nil {
		t.recorder.Close()
	}
}

// tapes is the shelf as its archive of sound wants it; it satisfies recording.Index.
type tapes struct{ *Shelf }

// Put takes in what became of a recording: its row, and after its end who waits for it is told.
func (x tapes) Put(e recording.Entry) <-chan error {
	s := x.Shelf
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.all[e.ID]
	if !ok {
		return nothing()
	}
	m.Path, m.Repaired = e.Path, e.Repaired
	if e.Verdict == recording.Open {
		return s.cfg.Index.Put(*m)
	}
	m.Length, m.SHA256, m.Open = e.Length, e.SHA256, false
	s.bytes += octets(*m)
	if t := s.tapes[e.ID]; t != nil && t.silent() {
		e.Length = 0
	}
	delete(s.tapes, e.ID)
	if done := s.finished[e.ID]; done != nil {
		delete(s.finished, e.ID)
		done(call.Memo{Length: e.Length})
	}
	switch {
	case e.Length == 0:
		s.drop(m)
		return nothing()
	case s.decided[e.ID], e.Repaired: // the caller is gone
		delete(s.decided, e.ID)
		s.settle(m)
		return nothing()
	}
	return s.cfg.Index.Put(*m)
}

// nothing is the outcome of what needs no writing.
func nothing() <-chan error {
	outcome := make(chan error, 1)
	outcome <- nil
	return outcome
}

// Unfinished are the recordings that were open when the box stopped.
func (x tapes) Unfinished() ([]recording.Entry, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	var out []recording.Entry
	for _, m := range x.all {
		if m.Open && x.finished[m.ID] == nil && m.Path != "" {
			out = append(out, recording.Entry{ID: m.ID, Call: m.ID, Path: m.Path, StartedAt: m.Left, Verdict: recording.Open})
		}
	}
	return out, nil
}

// Before is none: the shelf has a rule of its own.
func (tapes) Before(time.Time, int, func(recording.Entry) bool) ([]recording.Entry, error) {
	return nil, nil
}
