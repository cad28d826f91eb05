package health

import (
	"bytes"
	"sync"
)

// ringSize is how much of the log is kept: some hours of a busy box.
const ringSize = 512 << 10

// Ring keeps the last lines that were written to it, each by one Write.
type Ring struct {
	mu    sync.Mutex
	lines [][]byte
	size  int
}

// Write takes in a line. It never fails.
func (r *Ring) Write(line []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, bytes.Clone(line))
	r.size += len(line)
	drop := 0
	for ; r.size > ringSize && drop < len(r.lines); drop++ {
		r.size -= len(r.lines[drop])
		r.lines[drop] = nil
	}
	if r.lines = r.lines[drop:]; cap(r.lines) > 4*len(r.lines)+1024 {
		r.lines = append(make([][]byte, 0, 2*len(r.lines)), r.lines...)
	}
	return len(line), nil
}

// Text is all that is kept, oldest first.
func (r *Ring) Text() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return bytes.Join(r.lines, nil)
}
