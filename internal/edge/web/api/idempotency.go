package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/store"
)

const (
	idempotencyHeader = "Idempotency-Key"
	replayedHeader    = "Idempotent-Replayed"
	maxIdempotencyKey = 200
	// replayFor is how long an answer is kept.
	replayFor = 24 * time.Hour
	// maxReplays bounds how many are kept, maxReplayBody how long each.
	maxReplays    = 10_000
	maxReplayBody = 64 << 10
)

// reply is an answer that is kept to be given again. Field numbers are for ever.
type reply struct {
	Key    []byte            `cbor:"1,keyasint"` // hash of user, operation, path and key
	Body   []byte            `cbor:"2,keyasint"` // hash of the request's body
	Status int               `cbor:"3,keyasint"`
	Header map[string]string `cbor:"4,keyasint"`
	Answer []byte            `cbor:"5,keyasint"`
	At     time.Time         `cbor:"6,keyasint"`
}

var replies = store.Table[reply]{ //nolint:gochecknoglobals // a declaration
	Name: "reply", Local: true,
	Key: func(r reply) []byte { return r.Key },
	Indexes: []store.Index[reply]{{Name: "at", Keys: func(r reply) [][]byte {
		return [][]byte{binary.BigEndian.AppendUint64(nil, uint64(r.At.UnixMilli()))} //nolint:gosec // after 1970
	}}},
}

// replays keeps answers to requests with an Idempotency-Key.
type replays struct {
	db  *store.DB
	log *slog.Logger

	mu      sync.Mutex
	running map[string]bool
	kept    int
}

func newReplays(db *store.DB, log *slog.Logger) (*replays, error) {
	r := &replays{db: db, log: log, running: map[string]bool{}}
	return r, db.View(func(tx *store.Tx) error {
		for _, err := range replies.Ascend(tx, nil) {
			if err != nil {
				return err
			}
			r.kept++
		}
		return nil
	})
}

// replay answers a repeated POST with its first answer.
func (a *API) replay(ctx huma.Context, next func(huma.Context)) {
	op := ctx.Operation()
	given := ctx.Header(idempotencyHeader)
	secret, _ := op.Metadata[metaSecret].(bool) //nolint:errcheck // operation sets it
	if op.Method != http.MethodPost || given == "" || secret {
		next(ctx)
		return
	}
	r, w := humago.Unwrap(ctx)
	r = r.WithContext(ctx.Context())
	if len(given) > maxIdempotencyKey {
		a.refuse(w, r, fault.New(fault.Invalid, keyBadKey, "read %s: longer than %d", idempotencyHeader, maxIdempotencyKey))
		return
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%s", CallerOf(ctx.Context()).User.ID, op.OperationID, r.URL.Path, given))
	key := sum[:]
	if !a.replays.start(string(key)) {
		a.refuse(w, r, fault.New(fault.Conflict, keyInProgress, "the same request is being worked on"))
		return
	}
	defer a.replays.end(string(key))
	kept, ok, err := a.replays.find(key)
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	body := sha256.New()
	if ok {
		if err := ctx.SetReadDeadline(time.Now().Add(op.BodyReadTimeout)); err != nil {
			a.refuse(w, r, err)
			return
		}
		a.again(w, r, kept, body, op.MaxBodyBytes)
		return
	}
	r.Body = hashed{r.Body, body}
	rec := &recorder{ResponseWriter: w, status: http.StatusOK}
	next(humago.NewContext(op, r, rec))
	if rec.status/100 != 2 || rec.long {
		return // nothing was done, or too much was said: the request may be made again
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, op.MaxBodyBytes)) // what the handler did not read
	a.replays.keep(ctx.Context(), reply{
		Key: key, Body: body.Sum(nil), Status: rec.status, Header: rec.kept(), Answer: rec.answer.Bytes(), At: time.Now().UTC(),
	})
}

// again gives the first answer again, if the request is the same.
func (a *API) again(w http.ResponseWriter, r *http.Request, kept reply, body hash.Hash, limit int64) {
	if _, err := io.Copy(body, io.LimitReader(r.Body, limit+1)); err != nil {
		a.refuse(w, r, fault.New(fault.Invalid, keyUnreadable, "read request: %w", err))
		return
	}
	if !bytes.Equal(body.Sum(nil), kept.Body) {
		a.refuse(w, r, fault.New(fault.Invalid, keyReused, "the key was used for another request"))
		return
	}
	for k, v := range kept.Header {
		w.Header().Set(k, v)
	}
	w.Header().Set(replayedHeader, "true")
	w.WriteHeader(kept.Status)
	_, _ = w.Write(kept.Answer) // a client that went away needs no answer
}

func (p *replays) start(key string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running[key] {
		return false
	}
	p.running[key] = true
	return true
}

func (p *replays) end(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.running, key)
}

func (p *replays) find(key []byte) (r reply, ok bool, err error) {
	err = p.db.View(func(tx *store.Tx) error {
		r, ok, err = replies.Get(tx, key)
		return err
	})
	return r, ok && time.Since(r.At) < replayFor, err
}

// keep stores an answer and forgets those that are too old or too many. The work is done; that the answer cannot be
// kept is no failure of it.
func (p *replays) keep(ctx context.Context, r reply) {
	p.mu.Lock()
	room := maxReplays - p.kept
	p.mu.Unlock()
	forgotten := 0
	err := p.db.WritePatiently(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		forgotten = 0
		var gone [][]byte
		for old, err := range replies.Find(tx, "at", nil) {
			if err != nil {
				return err
			}
			if time.Since(old.At) < replayFor && len(gone) >= 1-room {
				break
			}
			gone = append(gone, old.Key)
		}
		for _, k := range gone {
			if err := replies.Delete(tx, k); err != nil {
				return err
			}
		}
		forgotten = len(gone)
		return replies.Put(tx, r)
	})
	if err != nil {
		p.log.Error("keep an answer for its idempotency key", "error", err)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kept += 1 - forgotten
}

// hashed hashes a body as it is read.
type hashed struct {
	io.ReadCloser
	sum hash.Hash
}

func (h hashed) Read(p []byte) (int, error) {
	n, err := h.ReadCloser.Read(p)
	_, _ = h.sum.Write(p[:n]) // never fails, see hash.Hash
	return n, err
}

// recorder keeps an answer on its way to the client.
type recorder struct {
	http.ResponseWriter
	status int
	answer bytes.Buffer
	long   bool
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.answer.Len()+len(p) > maxReplayBody {
		r.long = true
	} else if !r.long {
		_, _ = r.answer.Write(p) // never fails, see bytes.Buffer
	}
	return r.ResponseWriter.Write(p)
}

// Unwrap lets deadlines and flushes through.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// kept are the headers that belong to the answer.
func (r *recorder) kept() map[string]string {
	out := map[string]string{}
	for _, k := range []string{"Content-Type", "Etag", "Location"} {
		if v := r.Header().Get(k); v != "" {
			out[k] = v
		}
	}
	return out
}
