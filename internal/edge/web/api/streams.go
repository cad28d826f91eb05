package api

import (
	"context"
	"sync"
)

// streams counts the streams of each user.
type streams struct {
	mu sync.Mutex
	of map[string]int
}

// enter takes a place; it reports false when the user has all of theirs.
func (s *streams) enter(user string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of == nil {
		s.of = map[string]int{}
	}
	if s.of[user] >= maxStreams {
		return false
	}
	s.of[user]++
	return true
}

func (s *streams) leave(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of[user]--; s.of[user] <= 0 {
		delete(s.of, user)
	}
}

// beginStream lets a stream begin, which ends with the context it returns, half an hour later at most. ok is false when who
// asks has too many already.
func (a *API) beginStream(ctx context.Context) (_ context.Context, end func(), ok bool) {
	user := CallerOf(ctx).User.ID
	if !a.streams.enter(user) {
		return ctx, nil, false
	}
	ctx, cancel := context.WithTimeout(ctx, streamLife)
	return ctx, func() {
		cancel()
		a.streams.leave(user)
	}, true
}
