package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// Cookie is the session's cookie. The prefix makes browsers take it only over HTTPS, for this host and the whole of it
// (RFC 6265bis §4.1.3.2).
const Cookie = "__Host-sid"

// How long sessions last: whoever can change the box is signed out after half an hour of doing nothing, an agent only
// after a shift.
const (
	idlePowerful = 30 * time.Minute
	idleShift    = 12 * time.Hour
	lifePowerful = 12 * time.Hour
	lifeShift    = 24 * time.Hour
	// touchEvery is how exactly the last sign of life is kept: not every request should cost a write.
	touchEvery = time.Minute
	// sweepEvery is how often what is over is removed.
	sweepEvery = 10 * time.Minute
	maxClient  = 200 // characters of a browser's name
)

// Session is somebody who is signed in somewhere. Field numbers are for ever.
type Session struct {
	Hash    string        `cbor:"1,keyasint"` // of the cookie's value
	ID      string        `cbor:"2,keyasint"`
	User    string        `cbor:"3,keyasint"`
	Created time.Time     `cbor:"4,keyasint"`
	Seen    time.Time     `cbor:"5,keyasint"` // to the minute
	Expires time.Time     `cbor:"6,keyasint"`
	Idle    time.Duration `cbor:"7,keyasint"` // ends after so long without a request
	Address string        `cbor:"8,keyasint"`
	Client  string        `cbor:"9,keyasint"`
	Data    []byte        `cbor:"10,keyasint"`
}

var sessions = store.Table[Session]{ //nolint:gochecknoglobals // a declaration
	Name: "session", Local: true,
	Key: func(s Session) []byte { return []byte(s.Hash) },
	Indexes: []store.Index[Session]{
		{Name: "user", Keys: func(s Session) [][]byte { return [][]byte{append([]byte(s.User), 0)} }},
		{Name: "id", Keys: func(s Session) [][]byte { return [][]byte{append([]byte(s.ID), 0)} }},
	},
}

// over reports whether a session has ended by itself.
func (s Session) over(now time.Time) bool {
	return !now.Before(s.Expires) || now.Sub(s.Seen) >= s.Idle
}

// values is what a session's data holds.
type values struct {
	Deadline time.Time         `json:"deadline"`
	Values   map[string]string `json:"values"`
}

const (
	valueID      = "id"
	valueUser    = "user"
	valueAddress = "address"
	valueClient  = "client"
	valueIdle    = "idle"
)

// codec keeps a session's data as JSON with texts only; it reads nothing else back.
type codec struct{}

func (codec) Encode(deadline time.Time, all map[string]any) ([]byte, error) {
	v := values{Deadline: deadline, Values: map[string]string{}}
	for k, x := range all {
		s, ok := x.(string)
		if !ok {
			return nil, fmt.Errorf("encode session: %s is no text", k)
		}
		v.Values[k] = s
	}
	return json.Marshal(v)
}

func (codec) Decode(data []byte) (time.Time, map[string]any, error) {
	var v values
	if err := json.Unmarshal(data, &v); err != nil {
		return time.Time{}, nil, fmt.Errorf("decode session: %w", err)
	}
	all := make(map[string]any, len(v.Values))
	for k, s := range v.Values {
		all[k] = s
	}
	return v.Deadline, all, nil
}

// shelf is the table of sessions as the session manager sees it. It hands over hashes of cookies, never cookies.
type shelf struct{ db *store.DB }

func (s shelf) Find(hash string) (data []byte, found bool, err error) {
	now := time.Now()
	var row Session
	err = s.db.View(func(tx *store.Tx) error {
		row, found, err = sessions.Get(tx, []byte(hash))
		return err
	})
	if err != nil || !found || row.over(now) {
		return nil, false, err
	}
	if now.Sub(row.Seen) >= touchEvery {
		s.touch(hash, now)
	}
	return row.Data, true, nil
}

// touch notes a sign of life, unless the session has been ended meanwhile. Nobody waits for it: lost, it costs a minute.
func (s shelf) touch(hash string, now time.Time) {
	s.db.Submit(func(tx *store.Tx) error {
		row, ok, err := sessions.Get(tx, []byte(hash))
		if err != nil || !ok {
			return err
		}
		row.Seen = now.UTC()
		return sessions.Put(tx, row)
	})
}

func (s shelf) FindCtx(_ context.Context, hash string) ([]byte, bool, error) { return s.Find(hash) }

func (s shelf) Commit(hash string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), hash, data, expiry)
}

func (s shelf) CommitCtx(ctx context.Context, hash string, data []byte, expiry time.Time) error {
	_, all, err := codec{}.Decode(data)
	if err != nil {
		return err
	}
	text := func(k string) string { t, _ := all[k].(string); return t } //nolint:errcheck // absent is empty
	if text(valueUser) == "" {
		return nil // nobody is signed in: there is nothing to keep
	}
	idle, err := time.ParseDuration(text(valueIdle))
	if err != nil {
		return fmt.Errorf("keep session: %w", err)
	}
	now := time.Now().UTC()
	return s.db.Write(ctx, func(tx *store.Tx) error {
		return sessions.Put(tx, Session{
			Hash: hash, ID: text(valueID), User: text(valueUser), Created: now, Seen: now, Expires: expiry.UTC(),
			Idle: idle, Address: text(valueAddress), Client: text(valueClient), Data: data,
		})
	})
}

func (s shelf) Delete(hash string) error { return s.DeleteCtx(context.Background(), hash) }

func (s shelf) DeleteCtx(ctx context.Context, hash string) error {
	return s.db.Write(ctx, func(tx *store.Tx) error { return sessions.Delete(tx, []byte(hash)) })
}

func (a *Accounts) newManager(failed func(http.ResponseWriter, *http.Request, error)) *scs.SessionManager {
	// Not scs.New, which makes a store in memory whose goroutine nobody ends.
	m := &scs.SessionManager{
		Store: shelf{a.db}, Codec: codec{}, HashTokenInStore: true, Lifetime: lifeShift,
		Cookie: scs.SessionCookie{Name: Cookie, Path: "/", HttpOnly: true, Secure: true, SameSite: http.SameSiteStrictMode},
	}
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		a.log.Error("session", "error", err)
		if failed != nil {
			failed(w, r, err)
			return
		}
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
	}
	return m
}

// Load is the middleware that reads the session's cookie, and writes it when somebody signs in or out.
func (a *Accounts) Load(next http.Handler) http.Handler { return a.sessions.LoadAndSave(next) }

// Begin signs a user in, in the session of the request that ctx is of, under a new cookie.
func (a *Accounts) Begin(ctx context.Context, u User, address, client string) error {
	if err := a.sessions.RenewToken(ctx); err != nil {
		return fmt.Errorf("begin session: %w", err)
	}
	idle, life := idleShift, lifeShift
	if u.Role.Powerful() {
		idle, life = idlePowerful, lifePowerful
	}
	a.sessions.SetDeadline(ctx, time.Now().Add(life).UTC())
	if r := []rune(strings.ToValidUTF8(client, "")); len(r) > maxClient {
		client = string(r[:maxClient])
	}
	for k, v := range map[string]string{
		valueID: store.NewID(), valueUser: u.ID, valueAddress: address, valueClient: client, valueIdle: idle.String(),
	} {
		a.sessions.Put(ctx, k, v)
	}
	return nil
}

// Current is who is signed in, in the session of the request that ctx is of, and the session's id. The error says
// [KeySignIn] when nobody is.
func (a *Accounts) Current(ctx context.Context) (u User, session string, err error) {
	none := fault.New(fault.Denied, KeySignIn, "nobody is signed in")
	id := a.sessions.GetString(ctx, valueUser)
	if id == "" {
		return u, "", none
	}
	u, err = a.User(id)
	if fault.CodeOf(err) == fault.NotFound || u.Disabled {
		return User{}, "", none
	}
	return u, a.sessions.GetString(ctx, valueID), err
}

// End signs out, in the session of the request that ctx is of.
func (a *Accounts) End(ctx context.Context) error {
	if err := a.sessions.Destroy(ctx); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// Sessions lists who is signed in, of one user or, with "", of all.
func (a *Accounts) Sessions(user string) (list []Session, err error) {
	now := time.Now()
	err = a.db.View(func(tx *store.Tx) error {
		all := sessions.Ascend(tx, nil)
		if user != "" {
			all = sessions.Find(tx, "user", append([]byte(user), 0))
		}
		for s, err := range all {
			if err != nil {
				return err
			}
			if !s.over(now) {
				list = append(list, s)
			}
		}
		return nil
	})
	return list, err
}

// EndSession signs one session out. user, if not empty, is whose it must be.
func (a *Accounts) EndSession(ctx context.Context, by store.By, user, id string) error {
	return a.db.ChangeAnyway(ctx, by, func(tx *store.Tx) error {
		for s, err := range sessions.Find(tx, "id", append([]byte(id), 0)) {
			if err != nil {
				return err
			}
			if user != "" && s.User != user {
				break
			}
			if err := sessions.Delete(tx, []byte(s.Hash)); err != nil {
				return err
			}
			return tx.Note("session", s.User, map[string]string{"what": "ended", "session": id})
		}
		return fault.New(fault.NotFound, "session.not_found", "end session: there is no session %q", id)
	})
}

// EndSessions signs a user out everywhere but in the session named, "" for none.
func (a *Accounts) EndSessions(ctx context.Context, by store.By, user, except string) error {
	return a.db.ChangeAnyway(ctx, by, func(tx *store.Tx) error {
		return errors.Join(endSessions(tx, user, except), tx.Note("session", user, map[string]string{"what": "all ended"}))
	})
}

func endSessions(tx *store.Tx, user, except string) error {
	var gone [][]byte
	for s, err := range sessions.Find(tx, "user", append([]byte(user), 0)) {
		if err != nil {
			return err
		}
		if s.ID != except || except == "" {
			gone = append(gone, []byte(s.Hash))
		}
	}
	for _, k := range gone {
		if err := sessions.Delete(tx, k); err != nil {
			return err
		}
	}
	return nil
}

// Run removes sessions that are over, until ctx ends.
func (a *Accounts) Run(ctx context.Context) error {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if err := a.sweep(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("remove sessions that are over", "error", err)
		}
	}
}

func (a *Accounts) sweep(ctx context.Context) error {
	return a.db.WritePatiently(ctx, func(tx *store.Tx) error {
		now := time.Now()
		var gone [][]byte
		for s, err := range sessions.Ascend(tx, nil) {
			if err != nil {
				return err
			}
			if s.over(now) {
				gone = append(gone, []byte(s.Hash))
			}
		}
		for _, k := range gone {
			if err := sessions.Delete(tx, k); err != nil {
				return err
			}
		}
		return nil
	})
}
