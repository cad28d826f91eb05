package fxo

import (
	"sync/atomic"
	"time"

	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/dsp/callerid"
	"github.com/dealerline/dealerline/internal/sound/dsp/progress"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// Numbers of the ear. Levels are dBm0.
const (
	awake       = -56.0                  // caller ID is looked for in sound above this …
	awakeFor    = 15                     // … and for so many frames after it
	openDigits  = 7                      // a number without an end key has at least so many: a local number
	keysMemory  = 6 * time.Second        // keys without an end key wait so long for the ring that proves them whole
	dialToneFor = 800 * time.Millisecond // of one tone: longer than any sounding of a cadence but ringback's, which does not come here
	goneToneFor = 3 * time.Second        // of one tone in a conversation: the exchange is there, nobody else
	quietEvery  = 5 * time.Second        // silence is reported so often
	selfPause   = 5                      // frames after our own keys in which no key is believed: their echo
	steadyLook  = 10 * time.Second       // a tone after long silence is looked at for so long
	steadySure  = 0.6                    // and believed with so much confidence
)

// ear listens to a line, and speaks on it. All but the atomics is owned by the device's loop, which calls Frame and Signal.
type ear struct {
	post func(any) // puts into the line's mailbox

	// From the line's actor.
	order  atomic.Pointer[listening]
	saying atomic.Pointer[speech]
	sound  atomic.Pointer[Port]
	tape   atomic.Pointer[request]

	now      *listening // the order in force
	lin, out linear
	judge    judge
	tones    *progress.Detector
	fsk      [2]*callerid.Receiver
	fax      *dsp.FaxDetector
	keys     dsp.DTMFReceiver
	fresh    dsp.DTMFReceiver // keys' receiver before it heard anything

	awake     int
	id        [48]byte // keys of caller ID
	ends      bool     // the line is known to send an end key
	ids       int
	idle      int // frames since the last of them
	self      int // frames since our own keys
	quietSaid time.Duration
	learner   *progress.Learner
	suspect   int           // frames for which the learner has listened, 0 = it does not
	before    time.Duration // the silence before
	invited   bool          // dial tone was told
	store     tape
}

// listening is what the actor wants to be listened for.
type listening struct {
	mode  Mode
	tones *progress.Detector // of the line's profile
}

// speech is digits being sent.
type speech struct{ source media.Source }

func newEar(tones *progress.Detector, keep time.Duration, post func(any)) *ear {
	e := &ear{
		post: post, judge: newJudge(), tones: tones, learner: progress.NewLearner(),
		fsk: [2]*callerid.Receiver{callerid.NewReceiver(callerid.Bell202), callerid.NewReceiver(callerid.V23)},
		fax: dsp.NewFaxDetector(), fresh: *dsp.NewDTMFReceiver(), store: newTape(keep), now: &listening{tones: tones},
	}
	e.keys = e.fresh
	e.order.Store(e.now)
	return e
}

// Signal implements [analog.Handler].
func (e *ear) Signal(s analog.Signal) {
	e.store.mark(s)
	if s == analog.RingBegins {
		e.endKeys() // what came before the ring is whole
	}
	e.post(Sensed{s})
}

// Frame implements [analog.Handler].
func (e *ear) Frame(in, out *analog.Frame) {
	e.obey()
	dsp.ExpandALaw(e.lin[:], in[:])
	sending := e.speak(out)
	dsp.ExpandALaw(e.out[:], out[:])
	switch e.now.mode {
	case Watching:
		e.watch()
	case Inviting:
		e.follow(sending)
	case Following:
		e.follow(sending)
	case Talking:
		e.talk(in, sending)
	case Studying:
	}
	if e.now.mode == Following {
		if s := e.sound.Load(); s != nil {
			s.fromLine.put(in)
		}
	}
	e.store.add(in, out)
	if r := e.tape.Swap(nil); r != nil {
		r.old <- e.store
		e.store = r.fresh
	}
}

// obey takes over what the actor wants to be listened for.
func (e *ear) obey() {
	o := e.order.Load()
	if o == e.now {
		return
	}
	e.now = o
	e.tones = o.tones
	e.tones.Reset()
	e.judge.reset()
	e.fax.Reset()
	e.fsk[0].Reset()
	e.fsk[1].Reset()
	e.keys = e.fresh
	e.ids, e.idle, e.self, e.awake, e.quietSaid, e.suspect, e.before, e.invited = 0, 0, selfPause, 0, 0, 0, 0, false
}

// speak fills out with what is to be said and reports whether it is digits.
func (e *ear) speak(out *analog.Frame) bool {
	if s := e.saying.Load(); s != nil {
		if s.source.Next(out) {
			e.self = 0
			return true
		}
		if e.saying.CompareAndSwap(s, nil) {
			e.post(Sent{})
		}
	}
	if e.self < selfPause {
		e.self++
	}
	if s := e.sound.Load(); s != nil {
		s.toLine.take(out)
	}
	return false
}

// watch listens on hook: for caller ID in every form.
func (e *ear) watch() {
	e.judge.take(&e.lin, false, quietLevel)
	if e.idle++; e.idle > int(keysMemory/frame) {
		e.ids = 0
	}
	if dsp.Level(e.lin[:]) > awake {
		e.awake = awakeFor
	}
	if e.awake == 0 {
		return
	}
	if e.awake--; e.awake == 0 {
		e.fsk[0].Reset()
		e.fsk[1].Reset()
	}
	for _, r := range e.fsk {
		if data := r.Write(e.lin[:]); data != nil {
			if m, err := callerid.Decode(data); err == nil && said(m) {
				e.post(Called{callerOf(m, false)})
				e.fsk[0].Reset()
				e.fsk[1].Reset()
				break
			}
		}
	}
	if k := e.keys.Write(e.lin[:]); k != 0 {
		e.key(k)
	}
}

// key takes in one key of caller ID. Without an end key nobody knows whether more would have come, had the caller not
// given up: only the ring that follows tells.
func (e *ear) key(k byte) {
	if k == 'A' || k == 'B' || k == 'D' {
		e.ids = 0 // it begins here: what came before was somebody's finger
	}
	if e.ids < len(e.id) {
		e.id[e.ids] = k
		e.ids++
	}
	if e.idle = 0; (k == 'C' || k == '#') && e.ids > 1 {
		e.endKeys()
	}
}

// endKeys reads the keys heard so far.
func (e *ear) endKeys() {
	if e.ids == 0 {
		return
	}
	end := e.id[e.ids-1] == 'C' || e.id[e.ids-1] == '#'
	m, ok := callerid.ParseDTMF(string(e.id[:e.ids]))
	e.ids = 0
	if !ok || !end && (e.ends || len(m.Number) < openDigits) {
		return // a caller who gave up in the middle of it
	}
	e.ends = e.ends || end
	e.post(Called{callerOf(m, true)})
}

// said reports whether a message tells anything of the caller: others only tell of waiting voice mail.
func said(m callerid.Message) bool { return m.Number != "" || m.Name != "" || m.NumberAbsence != 0 }

func callerOf(m callerid.Message, dtmf bool) Caller {
	return Caller{Number: m.Number, Name: m.Name, Withheld: m.NumberAbsence == callerid.Private, DTMF: dtmf}
}

// meaning is what a tone means to a line.
func meaning(t progress.Tone) Sound {
	switch t {
	case progress.Dial:
		return DialTone
	case progress.Ringback:
		return Ringback
	case progress.Busy:
		return Busy
	case progress.Congestion:
		return Congestion
	case progress.Information:
		return Information
	case progress.None, progress.CallWaiting, progress.Recording, progress.Howler:
	}
	return 0
}

// follow listens to what comes of an outgoing call.
func (e *ear) follow(sending bool) {
	ev, ok := e.tones.Write(e.lin[:])
	lasts, _ := e.tones.Sounding()
	said := dsp.Level(e.out[:])
	got := e.judge.take(&e.lin, lasts > 0 || sending, said)
	if e.now.mode == Inviting {
		if lasts >= dialToneFor && !e.invited {
			e.invited = true
			e.post(Heard{Sound: DialTone, Level: e.judge.Level})
		}
		if ok && meaning(ev.Tone) == DialTone {
			return
		}
	}
	if ok && meaning(ev.Tone) != 0 {
		e.post(Heard{Sound: meaning(ev.Tone), Level: ev.Level})
	}
	if got != 0 {
		e.post(Heard{Sound: got})
	}
	if e.fax.Write(e.lin[:]) == dsp.CED { // a machine that calls is not whom we called
		e.post(Heard{Sound: FaxAnswer})
	}
}

// talk listens during a conversation.
func (e *ear) talk(in *analog.Frame, sending bool) {
	s := e.sound.Load()
	if s != nil {
		s.fromLine.put(in)
	}
	ev, ok := e.tones.Write(e.lin[:])
	lasts, _ := e.tones.Sounding()
	quiet := e.judge.quietFor()
	e.judge.take(&e.lin, lasts > 0, dsp.Level(e.out[:]))
	if ok && ev.Tone == progress.Howler {
		e.post(Heard{Sound: DialTone, Level: ev.Level}) // the exchange wants us to hang up
	} else if ok && ev.Tone != progress.Dial && meaning(ev.Tone) != 0 {
		e.post(Heard{Sound: meaning(ev.Tone), Level: ev.Level})
	}
	if lasts >= goneToneFor && !e.invited {
		e.invited = true
		e.post(Heard{Sound: DialTone, Level: e.judge.Level})
	}
	switch e.fax.Write(e.lin[:]) {
	case dsp.CNG:
		e.post(Heard{Sound: FaxCalling})
	case dsp.CED:
		e.post(Heard{Sound: FaxAnswer})
	case dsp.NoFaxTone:
	}
	if !sending && e.self >= selfPause {
		if k := e.keys.Write(e.lin[:]); k != 0 {
			if s != nil {
				s.press(k)
			}
			e.post(Pressed{k})
		}
	}
	e.silence(quiet)
}

// silence reports long silence, and a tone that ends it.
func (e *ear) silence(before time.Duration) {
	now := e.judge.quietFor()
	if now == 0 {
		e.quietSaid = 0
	} else if now-e.quietSaid >= quietEvery {
		e.quietSaid = now
		e.post(Heard{Sound: Quiet, For: now})
	}
	if before >= quietEvery && now == 0 { // something follows on silence
		e.before, e.suspect = before, 1
		*e.learner = *progress.NewLearner()
	}
	if e.suspect == 0 {
		return
	}
	e.learner.Write(e.lin[:])
	e.suspect++
	if e.suspect%25 == 0 {
		l := e.learner.Result()
		if l.Confidence >= steadySure && (l.Cycles >= 3 || len(l.CadenceMS) == 0 && l.Heard >= 3*time.Second) {
			e.post(Heard{Sound: Steady, For: e.before, Level: l.Level})
			e.suspect = 0
			return
		}
	}
	if e.suspect > int(steadyLook/frame) {
		e.suspect = 0
	}
}
