package api_test

import (
	"bufio"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/live"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// events are the names of a stream's events, until it ends.
func events(body io.Reader) <-chan string {
	names := make(chan string, 1000)
	go func() {
		defer close(names)
		for lines := bufio.NewScanner(body); lines.Scan(); {
			if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				names <- name
			}
		}
	}()
	return names
}

// busy has something happen all the time.
func (b *box) busy(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			b.hub.Publish(live.Event{Topic: live.Agents, Data: live.AgentChanged{Agent: acd.AgentView{}}})
			time.Sleep(20 * time.Millisecond)
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
}

// A stream must not outlive the right to it, however much happens on it.
func TestAStreamEndsWithTheSession(t *testing.T) {
	b := serve(t)
	agent := b.as(t, account.Agent)
	_, body, stop := agent.stream("/v1/events?topics=agents")
	defer stop()
	names := events(body)
	b.busy(t)
	for name := range names {
		if name == "agent" {
			break
		}
	}
	if err := b.accounts.EndSessions(t.Context(), store.By{Who: "test"}, agent.user, ""); err != nil {
		t.Fatal(err)
	}
	late := time.After(5 * time.Second)
	for {
		select {
		case _, open := <-names:
			if !open {
				return
			}
		case <-late:
			t.Fatal("the stream goes on after the session's end")
		}
	}
}

// A password that is somebody else's idea opens no stream of what happens either.
func TestWhoMustChangeTheirPasswordSeesNothingHappen(t *testing.T) {
	b := serve(t)
	u, err := b.accounts.Create(t.Context(), store.By{Who: "test"}, account.User{Login: "fresh", Name: "fresh", Role: account.Supervisor}, "Bianliang-1127")
	if err != nil {
		t.Fatal(err)
	}
	_, body, stop := b.sitting(t, u.ID).stream("/v1/events")
	defer stop()
	names := events(body)
	b.busy(t)
	for end := time.After(time.Second); ; {
		select {
		case name, open := <-names:
			if open && name != "ping" {
				t.Fatalf("sees %q", name)
			}
			if !open {
				return
			}
		case <-end:
			return
		}
	}
}
