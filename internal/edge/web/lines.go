package web

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/lines/fxo"
)

// Lines is what is done to analog lines by hand.
type Lines interface {
	// List is the lines at this moment, as JSON shows them.
	List() any
	// Learn makes a test call on a line; it takes a minute or two.
	Learn(ctx context.Context, name, number string) (fxo.Profile, error)
	// Study learns from a recording; of a stereo one it takes the left side, or the right.
	Study(name string, wav io.Reader, right bool) (fxo.Profile, error)
	// Keep puts what was learned into the settings and returns their version.
	Keep(ctx context.Context, name, by string, p fxo.Profile) (uint64, error)
	// Capture takes the sound of a line that is kept in memory.
	Capture(ctx context.Context, name string) (Capture, error)
}

// Capture is the raw sound of a line.
type Capture struct {
	WAV   []byte `json:"wav"` // the line left, the box right
	Marks []Mark `json:"marks,omitempty"`
}

// Mark is a signal that came during a capture.
type Mark struct {
	AtMS   int64  `json:"at_ms"` // since its beginning
	Signal string `json:"signal"`
}

// Learning is one line of the answer to learning: first how long it has gone on, at last what came of it.
type Learning struct {
	Seconds int          `json:"seconds,omitempty"`
	Profile *fxo.Profile `json:"profile,omitempty"`
	Version uint64       `json:"version,omitempty"` // of the settings that hold it now
	Failure *Failure     `json:"failure,omitempty"`
}

// learnTick is how often somebody who waits for learning is told that it goes on.
const learnTick = time.Second

func (d door) listLines(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, d.lines.List())
}

func (d door) captureLine(w http.ResponseWriter, r *http.Request) {
	c, err := d.lines.Capture(r.Context(), r.PathValue("name"))
	if err != nil {
		fail(w, err)
		return
	}
	writeJSON(w, http.StatusOK, c)
}

// learnLine makes a test call, or studies the recording in the body, and answers with lines of JSON.
func (d door) learnLine(w http.ResponseWriter, r *http.Request) {
	name, number := r.PathValue("name"), r.URL.Query().Get("number")
	save, err := boolean(r, "save")
	if err != nil {
		fail(w, err)
		return
	}
	type learned struct {
		p   fxo.Profile
		err error
	}
	done := make(chan learned, 1)
	go func() {
		p, err := d.lines.Learn(r.Context(), name, number)
		done <- learned{p, err}
	}()
	w.Header().Set("Content-Type", "application/x-ndjson")
	began := time.Now()
	tick := time.NewTicker(learnTick)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			say(w, Learning{Seconds: int(time.Since(began).Seconds())})
		case l := <-done:
			say(w, d.keep(r, name, l.p, l.err, save))
			return
		}
	}
}

func (d door) studyLine(w http.ResponseWriter, r *http.Request) {
	save, err := boolean(r, "save")
	if err != nil {
		fail(w, err)
		return
	}
	right, err := boolean(r, "right")
	if err != nil {
		fail(w, err)
		return
	}
	name := r.PathValue("name")
	p, err := d.lines.Study(name, r.Body, right)
	w.Header().Set("Content-Type", "application/x-ndjson")
	say(w, d.keep(r, name, p, err, save))
}

// keep stores what was learned, if that is wanted, and makes the last line of the answer.
func (d door) keep(r *http.Request, name string, p fxo.Profile, err error, save bool) Learning {
	l := Learning{Profile: &p}
	if err == nil && save {
		l.Version, err = d.lines.Keep(r.Context(), name, by(r), p)
	}
	if err != nil {
		f := failure(err)
		return Learning{Failure: &f}
	}
	return l
}

func boolean(r *http.Request, name string) (bool, error) {
	s := r.URL.Query().Get(name)
	if s == "" {
		return false, nil
	}
	b, err := strconv.ParseBool(s)
	if err != nil {
		return false, fault.New(fault.Invalid, "request.bad_flag", "read request: %s=%q is not true or false", name, s)
	}
	return b, nil
}

// say sends one line of an answer at once.
func say(w http.ResponseWriter, l Learning) {
	_ = json.NewEncoder(w).Encode(l) // a client that went away needs no answer
	_ = http.NewResponseController(w).Flush()
}
