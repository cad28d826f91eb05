package prompt

import (
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/sound/media"
)

// Memo records one party into a prompt: the media.Tap of somebody who speaks a prompt by telephone.
type Memo struct {
	lib          *Library
	language, id string
	max          int
	done         func(time.Duration, error)

	mu     sync.Mutex
	sound  []byte
	closed bool
}

// leastMemo is the shortest recording that is kept: below, somebody only pressed the key.
const leastMemo = 300 * time.Millisecond

const bytesPerSecond = media.FrameSamples * int(time.Second/media.FrameDuration)

// Memo starts a recording of at most limit into the prompt id. done is called once after Close with the length
// kept, from a goroutine of its own; 0 means that nothing was.
func (l *Library) Memo(language, id string, limit time.Duration, done func(time.Duration, error)) *Memo {
	size := int(limit.Seconds() * float64(bytesPerSecond))
	return &Memo{lib: l, language: language, id: id, max: size, done: done, sound: make([]byte, 0, size)}
}

// Frame takes 20 ms of what the caller says.
func (m *Memo) Frame(left, _ *media.Frame) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.closed && len(m.sound)+len(left) <= m.max {
		m.sound = append(m.sound, left[:]...)
	}
}

// ID returns the prompt's id.
func (m *Memo) ID() string { return m.id }

// Close ends the recording and saves it. Safe to call twice.
func (m *Memo) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return
	}
	m.closed = true
	sound := m.sound
	go func() {
		length := time.Duration(len(sound)) * time.Second / time.Duration(bytesPerSecond)
		if length < leastMemo {
			m.done(0, nil)
			return
		}
		if err := m.lib.keep(m.language, m.id, sound); err != nil {
			m.done(0, err)
			return
		}
		m.done(length, nil)
	}()
}
