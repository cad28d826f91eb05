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
)

type audioInput struct {
	IDInput
	Range string `header:"Range" maxLength:"100"`
}

// audio is a file that somebody hears: of a recording, or a message.
type audio struct {
	subject, id, call string // as the audit has them
	path              string
	sum               string // SHA-256; "" while it still grows
	at                time.Time
}

// addAudio adds an operation that streams a file, or parts of it.
func (a *API) addAudio(op Op, disposition string, find func(ctx context.Context, id string) (audio, error)) {
	h := a.operation(op)
	h.Responses["200"] = &huma.Response{Description: "The whole file", Content: map[string]*huma.MediaType{"audio/wav": {}}}
	h.Responses["206"] = &huma.Response{Description: "The part asked for by Range", Content: map[string]*huma.MediaType{"audio/wav": {}}}
	huma.Register(a.huma, h, func(ctx context.Context, in *audioInput) (*huma.StreamResponse, error) {
		s, err := find(ctx, in.ID)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		f, err := os.Open(s.path)
		if err != nil {
			return nil, a.problem(ctx, errNoFile(s.id))
		}
		if err := a.noteHearing(ctx, op.ID, in.Range, s); err != nil {
			_ = f.Close() // nobody reads it
			return nil, a.problem(ctx, err)
		}
		return &huma.StreamResponse{Body: func(c huma.Context) {
			defer f.Close() //nolint:errcheck // read only
			r, w := humago.Unwrap(c)
			w.Header().Set("Content-Type", "audio/wav")
			w.Header().Set("Content-Disposition", disposition+`; filename="`+s.id+`.wav"`)
			if s.sum != "" {
				w.Header().Set("ETag", `"`+s.sum+`"`)
			}
			http.ServeContent(w, r, "", s.at, f)
		}}, nil
	})
}

// noteHearing puts a listening into the audit. Further pieces of one listening are not told again; a piece from the
// middle that no listening was told of is one of its own.
func (a *API) noteHearing(ctx context.Context, op, pieces string, s audio) error {
	now, who := time.Now(), CallerOf(ctx)
	key := listening{who.User.ID, who.Session, op, s.id}
	further := pieces != "" && !strings.HasPrefix(pieces, "bytes=0-")
	if further && a.heard.goesOn(key, now) {
		return nil
	}
	if err := a.note(ctx, s.subject, s.id, map[string]string{"what": op, "call": s.call}); err != nil {
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
