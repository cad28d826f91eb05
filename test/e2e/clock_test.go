package e2e

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// The clock was a year ahead and is set right: what was stored by then lies in the future. (The other way round, what
// is stored is just old.) Phones are still reached, agents still signed in, the interrupted call gets a record that
// does not end before it begins, and new calls are recorded as ever.
func TestClockSetBack(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	agent, out := agentPhone(b, "8001"), trunkPeer(b)
	time.Sleep(1500 * time.Millisecond) // presence is written a second after it changed
	b.stop()
	const ahead = 365 * 24 * time.Hour
	b.rewrite(func(ctx context.Context, db *store.DB) error {
		bindings := store.Bindings(db)
		phones, err := bindings.Load()
		if err != nil || len(phones) != 1 {
			t.Errorf("%d stored registrations, %v", len(phones), err)
		}
		for i := range phones {
			phones[i].Registered = phones[i].Registered.Add(ahead)
			phones[i].Expires = phones[i].Expires.Add(ahead)
		}
		presence := store.Presence(db)
		agents, err := presence.Load()
		if err != nil || len(agents) != 1 {
			t.Errorf("%d stored agents, %v", len(agents), err)
		}
		for i := range agents {
			agents[i].Since = agents[i].Since.Add(ahead)
		}
		store.NewLedger(db, slog.New(slog.DiscardHandler)).Begin(call.CDR{
			ID: call.ID(uuid.Must(uuid.NewV7()).String()), Direction: line.Inbound, From: "13900000009", To: "709",
			Line: "carrier", StartedAt: time.Now().Add(ahead),
		})
		if err := bindings.Save(ctx, phones); err != nil {
			return err
		}
		return presence.Save(ctx, agents)
	})
	b.start()

	if r := b.callTo("709"); r.Cause != "restarted" || r.EndedAt.Before(r.StartedAt) {
		t.Errorf("the interrupted call: %s, from %s to %s", r.Cause, r.StartedAt, r.EndedAt)
	}
	if a := b.agent("1001"); a.Status != "available" {
		t.Errorf("the agent is %s", a.Status)
	}
	c := out.dialAs("13900000001", "700", tone(440))
	c.answered()
	d := agent.ring()
	d.answer(tone(1000))
	d.answered()
	time.Sleep(time.Second)
	d.hangup()
	c.over()
	if r := b.callTo("700"); r.Disposition != "answered" || r.EndedAt.Before(r.ConnectedAt) || time.Since(r.EndedAt) > time.Minute {
		t.Errorf("the next call: %s, connected %s, ended %s", r.Disposition, r.ConnectedAt, r.EndedAt)
	} else {
		b.kept(r.Recording)
	}
	if status := agent.register(300); status != 200 {
		t.Errorf("the phone registers again: %d", status)
	}
}

// rewrite changes what a box that does not run has stored.
func (b *box) rewrite(change func(ctx context.Context, db *store.DB) error) {
	b.t.Helper()
	db, err := store.Open(filepath.Join(b.dir, "dealerline.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		b.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	written := make(chan struct{})
	go func() {
		defer close(written)
		db.RunUntil(ctx)
	}()
	err = change(ctx, db)
	stop()
	<-written
	if closed := db.Close(); err != nil || closed != nil {
		b.t.Fatal(err, closed)
	}
}
