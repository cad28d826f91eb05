package exchange

import "sync"

// Call is somebody who calls one of our lines.
type Call struct {
	*person
	line     *circuit
	patience int
	done     chan struct{}

	mu     sync.Mutex
	result Result
	over   bool
}

// Result is what became of a call as the person at the far end saw it.
type Result struct {
	Answered bool
	EndedBy  string // "caller", "subscriber", "line" (we hung up)
	Keys     string // DTMF heard from us
	Heard    []byte // A-law, from the answer on
}

// Done is closed when the call is over for the caller.
func (c *Call) Done() <-chan struct{} { return c.done }

// Result is what became of the call; it is whole after Done.
func (c *Call) Result() Result {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.result
}

// HangUp makes the caller hang up with the next step, whatever the script says.
func (c *Call) HangUp() {
	e := c.line.ex
	e.mu.Lock()
	defer e.mu.Unlock()
	c.script = nil
	c.patience = 0
}

func (c *Call) talk(in, out *samples) bool {
	if c.step(in, out) {
		return true
	}
	c.end("caller")
	return false
}

func (c *Call) lifted() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.result.Answered = true
}

func (c *Call) hungUp() { c.end("line") }

func (c *Call) end(by string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return
	}
	c.over = true
	c.result.EndedBy, c.result.Keys, c.result.Heard = by, string(c.all), c.heard
	close(c.done)
}

// keptVisits is how many visits are kept of each subscriber: half a minute of sound may go with each.
const keptVisits = 32

// Visits are the last calls that a subscriber answered and that are over, oldest first: 32 at most.
func (e *Exchange) Visits(number string) []Result {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]Result(nil), e.visits[number]...)
}
