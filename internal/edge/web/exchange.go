package web

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/lines/exchange"
	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// Seconds is a length of time in requests.
type Seconds float64

func (s Seconds) duration() time.Duration { return time.Duration(float64(s) * float64(time.Second)) }

// Person is how somebody at the simulated exchange behaves.
type Person struct {
	Line     string   `json:"line,omitempty"`   // a caller's: the port or the number called
	Number   string   `json:"number,omitempty"` // a caller's own
	Name     string   `json:"name,omitempty"`
	Withheld bool     `json:"withheld,omitempty"`
	Patience Seconds  `json:"patience,omitempty"` // of a caller whom nobody answers; 0: a minute
	Outcome  string   `json:"outcome,omitempty"`  // of calling a subscriber: "answers" (or nothing), "no_answer", "busy" …
	After    Seconds  `json:"after,omitempty"`    // a subscriber's, from the first ringback to the answer
	Hear     Seconds  `json:"hear,omitempty"`     // how much of what is heard is kept; 0: half a minute
	Script   []Action `json:"script,omitempty"`   // from the answer on; when it is over they hang up
}

// Action is one thing a person does, after a wait.
type Action struct {
	Wait  Seconds `json:"wait,omitempty"`
	WAV   []byte  `json:"wav,omitempty"`   // spoken
	Tone  float64 `json:"tone,omitempty"`  // Hz, at −10 dBm0 …
	For   Seconds `json:"for,omitempty"`   // … for so long
	Keys  string  `json:"keys,omitempty"`  // pressed
	Await string  `json:"await,omitempty"` // keys waited for
	Stay  bool    `json:"stay,omitempty"`  // until the other side hangs up
}

// Met is what became of a call as the person at the far end saw it.
type Met struct {
	Over     bool   `json:"over"`
	Answered bool   `json:"answered"`
	EndedBy  string `json:"ended_by,omitempty"` // "caller", "subscriber", "line"
	Keys     string `json:"keys,omitempty"`     // heard
	WAV      []byte `json:"wav,omitempty"`      // heard, once the call is over
}

// personTone is the level of a person's tone in dBm0: that of a loud voice.
const personTone = -10

// keptCalls is how many calls can be asked about: of more, the oldest that are over are forgotten. Each keeps what was
// heard, half a minute or 240 kB unless more was asked for.
const keptCalls = 64

// town drives the simulated exchange.
type town struct {
	ex *exchange.Exchange

	mu    sync.Mutex
	calls map[int]*exchange.Call
	made  int // calls in all: the next one's id
}

// keep keeps a call and returns its id.
func (t *town) keep(c *exchange.Call) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(t.calls)) {
		if len(t.calls) < keptCalls {
			break
		}
		select {
		case <-t.calls[id].Done():
			delete(t.calls, id)
		default: // somebody may still want to hang up
		}
	}
	id := t.made
	t.calls[id] = c
	t.made++
	return id
}

// Exchange is the handler by which tests and demos play the people at the simulated exchange.
func Exchange(ex *exchange.Exchange) http.Handler {
	t := &town{ex: ex, calls: map[int]*exchange.Call{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /exchange/calls", t.call)
	mux.HandleFunc("GET /exchange/calls/{id}", t.met)
	mux.HandleFunc("DELETE /exchange/calls/{id}", t.hangUp)
	mux.HandleFunc("PUT /exchange/subscribers/{number}", t.subscribe)
	mux.HandleFunc("GET /exchange/subscribers/{number}/visits", t.visits)
	mux.HandleFunc("POST /exchange/lines/{number}/{what}", t.wire)
	mux.HandleFunc("GET /exchange/journal", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, ex.Journal(""))
	})
	return mux
}

// read reads a person; what is wrong has been answered when ok is false.
func (t *town) read(w http.ResponseWriter, r *http.Request) (p Person, script []exchange.Action, ok bool) {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		fail(w, fault.New(fault.Invalid, "request.unreadable", "read person: %w", err))
		return p, nil, false
	}
	for _, a := range p.Script {
		act := exchange.Action{Wait: a.Wait.duration(), Keys: a.Keys, For: a.For.duration(), Await: a.Await, Stay: a.Stay}
		if a.Tone > 0 {
			act.Tone = dsp.Tone{Freq1: a.Tone, Level: personTone}
		}
		if a.WAV != nil {
			alaw, err := media.ReadWAV(bytes.NewReader(a.WAV))
			if err != nil {
				fail(w, err)
				return p, nil, false
			}
			act.Say = alaw
		}
		script = append(script, act)
	}
	return p, script, true
}

func (t *town) call(w http.ResponseWriter, r *http.Request) {
	p, script, ok := t.read(w, r)
	if !ok {
		return
	}
	c, err := t.ex.Call(p.Line, exchange.Caller{
		Number: p.Number, Name: p.Name, Withheld: p.Withheld, Patience: p.Patience.duration(), Hear: p.Hear.duration(), Script: script,
	})
	if err != nil {
		fail(w, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"id": strconv.Itoa(t.keep(c))})
}

// find finds a call that was made here.
func (t *town) find(r *http.Request) (*exchange.Call, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	id, err := strconv.Atoi(r.PathValue("id"))
	c := t.calls[id]
	if err != nil || c == nil {
		return nil, fault.New(fault.NotFound, "exchange.call", "find call: there is no call %q", r.PathValue("id"))
	}
	return c, nil
}

func (t *town) met(w http.ResponseWriter, r *http.Request) {
	c, err := t.find(r)
	if err != nil {
		fail(w, err)
		return
	}
	over := false
	select {
	case <-c.Done():
		over = true
	default:
	}
	m, err := met(c.Result(), over)
	if err != nil {
		fail(w, err)
		return
	}
	writeJSON(w, http.StatusOK, m)
}

func met(r exchange.Result, over bool) (Met, error) {
	m := Met{Over: over, Answered: r.Answered, EndedBy: r.EndedBy, Keys: r.Keys}
	var wav bytes.Buffer
	if over {
		if err := media.WriteWAV(&wav, r.Heard); err != nil {
			return m, err
		}
		m.WAV = wav.Bytes()
	}
	return m, nil
}

func (t *town) hangUp(w http.ResponseWriter, r *http.Request) {
	c, err := t.find(r)
	if err != nil {
		fail(w, err)
		return
	}
	c.HangUp()
	w.WriteHeader(http.StatusNoContent)
}

func (t *town) subscribe(w http.ResponseWriter, r *http.Request) {
	p, script, ok := t.read(w, r)
	if !ok {
		return
	}
	outcomes := map[string]exchange.Outcome{
		"": exchange.Answers, "answers": exchange.Answers, "no_answer": exchange.NoAnswer, "busy": exchange.Busy,
		"congested": exchange.Congested, "vacant": exchange.Vacant, "swallowed": exchange.Swallowed,
	}
	o, known := outcomes[p.Outcome]
	if !known {
		fail(w, fault.New(fault.Invalid, "exchange.outcome", "change subscriber: outcome %q is none", p.Outcome))
		return
	}
	t.ex.Subscribe(exchange.Subscriber{
		Number: r.PathValue("number"), Outcome: o, After: p.After.duration(), Hear: p.Hear.duration(), Script: script,
	})
	w.WriteHeader(http.StatusNoContent)
}

func (t *town) visits(w http.ResponseWriter, r *http.Request) {
	all := []Met{}
	for _, v := range t.ex.Visits(r.PathValue("number")) {
		m, err := met(v, true)
		if err != nil {
			fail(w, err)
			return
		}
		all = append(all, m)
	}
	writeJSON(w, http.StatusOK, all)
}

// wire does something to the line exchange/NUMBER.
func (t *town) wire(w http.ResponseWriter, r *http.Request) {
	do := map[string]func(line string){"cut": t.ex.Cut, "mend": t.ex.Mend, "remove": t.ex.Remove, "return": t.ex.Return}
	act, known := do[r.PathValue("what")]
	if !known {
		fail(w, fault.New(fault.NotFound, "exchange.wire", "change line: %q is not cut, mend, remove or return", r.PathValue("what")))
		return
	}
	act("exchange/" + r.PathValue("number"))
	w.WriteHeader(http.StatusNoContent)
}
