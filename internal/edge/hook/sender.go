package hook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/store"
)

const (
	// attemptTime bounds one attempt.
	attemptTime = 10 * time.Second
	// parallel is how many hooks are served at once. Each hook has one delivery under way, so that a slow receiver holds
	// up nobody else.
	parallel = 4
	// maxAnswer is how much of a receiver's answer is read.
	maxAnswer = 4096
)

// Sender delivers jobs.
type Sender struct {
	db, queue *store.DB
	client    *http.Client
	log       *slog.Logger
	version   string
}

// NewSender makes the sender of queue's jobs; db has the hooks.
func NewSender(db, queue *store.DB, version string, log *slog.Logger) *Sender {
	c := &http.Client{
		Timeout:       attemptTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // what is signed is for one address
	}
	return &Sender{db, queue, c, log, version}
}

// pause is how long the sender rests when nothing is due.
const pause = time.Second

// Run delivers until ctx ends.
func (s *Sender) Run(ctx context.Context) error {
	t := time.NewTimer(0)
	defer t.Stop()
	for {
		select {
		case <-t.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		n, err := s.round(ctx)
		if err != nil && ctx.Err() == nil {
			s.log.Error("deliver webhooks", "error", err)
		}
		if n == 0 || err != nil {
			t.Reset(pause)
		} else {
			t.Reset(0)
		}
	}
}

// round delivers what is due now, one job of each hook, and returns how many were tried.
func (s *Sender) round(ctx context.Context) (int, error) {
	due, err := s.due(time.Now())
	if err != nil || len(due) == 0 {
		return 0, err
	}
	var wg sync.WaitGroup
	slots := make(chan struct{}, parallel)
	errs := make([]error, len(due))
	for i, j := range due {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			errs[i] = s.deliver(ctx, j)
		})
	}
	wg.Wait()
	return len(due), errors.Join(errs...)
}

// due is, for each hook, the delivery that has waited longest, if its time has come: a receiver that is down for days
// holds up nobody else.
func (s *Sender) due(now time.Time) (out []Job, err error) {
	err = s.queue.View(func(tx *store.Tx) error {
		for at := []byte(nil); ; {
			hook, ok, err := nextHook(tx, at)
			if err != nil || !ok {
				return err
			}
			at = []byte(hook + "\xff") // behind all of this hook
			for j, err := range Jobs.Find(tx, "hook", []byte(hookKey(hook, Waiting)+"\x00")) {
				if err != nil {
					return err
				}
				if !j.Next.After(now) {
					out = append(out, j)
				}
				break
			}
		}
	})
	return out, err
}

// nextHook is the next hook that has jobs, in the order of their ids.
func nextHook(tx *store.Tx, after []byte) (hook string, ok bool, err error) {
	for h, err := range Jobs.FindAfter(tx, "hook", nil, after) {
		return h.Value.Hook, true, err
	}
	return "", false, nil
}

// deliver makes one attempt and notes what came of it.
func (s *Sender) deliver(ctx context.Context, j Job) error {
	h, err := Get(s.db, j.Hook)
	if fault.CodeOf(err) == fault.NotFound || (err == nil && !h.Enabled) {
		return s.forget(ctx, j)
	}
	if err != nil {
		return err
	}
	status, err := s.post(ctx, h, j)
	if ctx.Err() != nil { // the box stops: that is nobody's failure
		return context.Cause(ctx)
	}
	if err == nil && status >= 200 && status < 300 {
		return s.forget(ctx, j)
	}
	reason := "HTTP " + strconv.Itoa(status)
	if err != nil {
		reason = err.Error()
	}
	next := j.failed(time.Now().UTC(), status, reason)
	if next.State == Failed {
		s.log.Warn("webhook given up", "hook", h.ID, "event", j.Event, "attempts", next.Attempts, "status", status)
	}
	return s.queue.Write(ctx, func(tx *store.Tx) error { return errors.Join(Jobs.Put(tx, next), prune(tx)) })
}

func (s *Sender) forget(ctx context.Context, j Job) error {
	return s.queue.Write(ctx, func(tx *store.Tx) error { return Jobs.Delete(tx, store.IDKey(j.ID)) })
}

// prune forgets the oldest deliveries given up beyond the limit.
func prune(tx *store.Tx) error {
	var old []Job
	for j, err := range Jobs.Find(tx, "state", append([]byte(Failed), 0)) {
		if err != nil {
			return err
		}
		old = append(old, j)
	}
	for ; len(old) > maxFailed; old = old[1:] {
		if err := Jobs.Delete(tx, store.IDKey(old[0].ID)); err != nil {
			return err
		}
	}
	return nil
}

// post sends one delivery and returns the receiver's status.
func (s *Sender) post(ctx context.Context, h Hook, j Job) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(j.Body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Dealerline/"+s.version)
	req.Header.Set("Dealerline-Event", j.Event)
	req.Header.Set("Dealerline-Delivery", j.ID)
	req.Header.Set("Dealerline-Signature", Sign(h.Secret, time.Now(), j.Body))
	res, err := s.client.Do(req)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, io.LimitReader(res.Body, maxAnswer))
	return res.StatusCode, errors.Join(err, res.Body.Close())
}

// Sign makes the value of Dealerline-Signature.
func Sign(secret string, at time.Time, body []byte) string {
	m := hmac.New(sha256.New, []byte(secret))
	_, _ = fmt.Fprintf(m, "%d.", at.Unix()) // it never fails
	_, _ = m.Write(body)
	return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(m.Sum(nil)))
}
