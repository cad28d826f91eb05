package api

import (
	"context"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/sound/recording"
)

type recordingOutput struct{ Body recording.Entry }

type peaksInput struct {
	IDInput
	Points int `query:"points" minimum:"10" maximum:"4000" default:"1000" doc:"How many pieces, each with its least and greatest sample"`
}

type peaksOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         recording.Peaks
}

type audioInput struct {
	IDInput
	Range string `header:"Range" maxLength:"100"`
}

// recordings are heard, looked at and taken away; each listening is in the audit.
func recordings(a *API) {
	op := func(id, path, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: http.MethodGet, Path: "/recordings/{id}" + path, Tag: "recordings", Summary: summary, Perm: perm}
	}
	Add(a, op("get-recording", "", "One recording, by the id in the call's record", account.RecordingsListen), a.getRecording)
	Add(a, op("get-recording-peaks", "/peaks", "The shape of a recording, for a picture", account.RecordingsListen), a.getPeaks)
	a.addAudio(op("listen-recording", "/audio", "Hear a recording: stereo WAV, the caller left; in pieces by Range", account.RecordingsListen), "inline")
	a.addAudio(op("download-recording", "/file", "Take a recording away", account.RecordingsDownload), "attachment")
}

// kept finds a recording that can be heard.
func (a *API) kept(id string) (recording.Entry, error) {
	e, ok, err := store.NewRecordingIndex(a.DB).Get(id)
	switch {
	case err != nil:
		return e, err
	case !ok:
		return e, fault.New(fault.NotFound, "recording.not_found", "find recording %s: there is none", id)
	case e.Verdict == recording.Expired:
		return e, fault.New(fault.NotFound, "recording.expired", "find recording %s: its time is over", id)
	}
	return e, nil
}

func (a *API) getRecording(_ context.Context, in *IDInput) (*recordingOutput, error) {
	e, err := a.kept(in.ID)
	return &recordingOutput{e}, err
}

func (a *API) getPeaks(ctx context.Context, in *peaksInput) (*peaksOutput, error) {
	e, err := a.kept(in.ID)
	if err != nil {
		return nil, err
	}
	p, err := recording.ReadPeaks(ctx, a.Archive.Path(e), in.Points)
	if os.IsNotExist(err) {
		err = errNoFile(e.ID)
	}
	out := &peaksOutput{Body: p}
	if e.Verdict == recording.Kept { // its file does not change any more
		out.CacheControl = "private, max-age=86400"
	}
	return out, err
}

func errNoFile(id string) error {
	return fault.New(fault.NotFound, "recording.no_file", "open recording %s: its file is gone", id)
}

// noteListening puts a listening into the audit. Further pieces of one listening are not told again; a piece from the
// middle that no listening was told of is one of its own.
func (a *API) noteListening(ctx context.Context, op, pieces string, e recording.Entry) error {
	return a.noteHearing(ctx, op, pieces, heard{"recording", e.ID, e.Call})
}

// heard is what somebody listens to.
type heard struct{ subject, id, call string }

func (a *API) noteHearing(ctx context.Context, op, pieces string, what heard) error {
	now, who := time.Now(), CallerOf(ctx)
	key := listening{who.User.ID, who.Session, op, what.id}
	further := pieces != "" && !strings.HasPrefix(pieces, "bytes=0-")
	if further && a.heard.goesOn(key, now) {
		return nil
	}
	if err := a.note(ctx, what.subject, what.id, map[string]string{"what": op, "call": what.call}); err != nil {
		return err
	}
	a.heard.began(key, now)
	return nil
}

const (
	// listeningTime is how long after its last piece a listening goes on.
	listeningTime = 10 * time.Minute
	// maxListenings bounds how many are remembered; one that is forgotten is told again.
	maxListenings = 1000
)

// listening is somebody who hears a recording.
type listening struct{ user, session, op, recording string }

// listenings are those that are going on.
type listenings struct {
	mu   sync.Mutex
	last map[listening]time.Time
}

// goesOn reports whether a listening has been told of and is not over.
func (l *listenings) goesOn(k listening, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at, ok := l.last[k]; !ok || now.Sub(at) >= listeningTime {
		return false
	}
	l.last[k] = now
	return true
}

func (l *listenings) began(k listening, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.last) >= maxListenings || l.last == nil {
		l.last = map[listening]time.Time{}
	}
	l.last[k] = now
}

// addAudio adds an operation that streams the file, or parts of it.
func (a *API) addAudio(op Op, disposition string) {
	h := a.operation(op)
	h.Responses["200"] = &huma.Response{Description: "The whole file", Content: map[string]*huma.MediaType{"audio/wav": {}}}
	h.Responses["206"] = &huma.Response{Description: "The part asked for by Range", Content: map[string]*huma.MediaType{"audio/wav": {}}}
	huma.Register(a.huma, h, func(ctx context.Context, in *audioInput) (*huma.StreamResponse, error) {
		e, err := a.kept(in.ID)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		f, err := os.Open(a.Archive.Path(e))
		if err != nil {
			return nil, a.problem(ctx, errNoFile(e.ID))
		}
		if err := a.noteListening(ctx, op.ID, in.Range, e); err != nil {
			_ = f.Close() // nobody reads it
			return nil, a.problem(ctx, err)
		}
		return &huma.StreamResponse{Body: func(c huma.Context) {
			defer f.Close() //nolint:errcheck // read only
			r, w := humago.Unwrap(c)
			w.Header().Set("Content-Type", "audio/wav")
			w.Header().Set("Content-Disposition", disposition+`; filename="`+e.ID+`.wav"`)
			w.Header().Set("ETag", `"`+e.SHA256+`"`)
			if e.SHA256 == "" {
				w.Header().Del("ETag") // it still runs
			}
			http.ServeContent(w, r, "", e.StartedAt, f)
		}}, nil
	})
}
