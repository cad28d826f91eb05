package api

import "sync"

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
