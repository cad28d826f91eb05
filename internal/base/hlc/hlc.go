package hlc

import (
	"cmp"
	"fmt"
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// counterBits is how many bits of a stamp count inside a millisecond.
const counterBits = 16

// MaxAhead is how far another machine's stamp may lie ahead of the own wall clock. One machine with a clock in the
// far future would otherwise pull all the others there, and nobody's edit would win against its own for years.
const MaxAhead = 5 * time.Minute

// Stamp is a moment; later stamps are greater. The zero value is no moment at all.
type Stamp uint64

// At is the first stamp of a moment.
func At(t time.Time) Stamp {
	return Stamp(max(t.UnixMilli(), 0)) << counterBits //nolint:gosec // not negative
}

// Time is the stamp's wall clock, to the millisecond, UTC.
func (s Stamp) Time() time.Time {
	return time.UnixMilli(int64(s >> counterBits)).UTC() //nolint:gosec // 48 bits
}

// String writes the moment and the count, for logs.
func (s Stamp) String() string {
	return fmt.Sprintf("%s+%d", s.Time().Format("2006-01-02T15:04:05.000Z"), s&(1<<counterBits-1))
}

// Version is a stamp and who took it.
type Version struct {
	_    struct{} `cbor:",toarray"`
	At   Stamp
	Node uint32
}

// Compare orders versions by stamp, then by node.
func (v Version) Compare(w Version) int {
	return cmp.Or(cmp.Compare(v.At, w.At), cmp.Compare(v.Node, w.Node))
}

// After reports whether v is later than w.
func (v Version) After(w Version) bool { return v.Compare(w) > 0 }

// Clock makes stamps. It is safe from any goroutine.
type Clock struct {
	node uint32

	mu   sync.Mutex
	last Stamp
}

// New makes the clock of a machine. last is the last stamp it is known to have made, so that it does not repeat
// itself after a restart with a clock that has lost the time.
func New(node uint32, last Stamp) *Clock { return &Clock{node: node, last: last} }

// Now makes a version later than all this clock has made or observed.
func (c *Clock) Now() Version {
	wall := At(time.Now())
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = max(c.last+1, wall)
	return Version{At: c.last, Node: c.node}
}

// Last is the latest stamp made or observed.
func (c *Clock) Last() Stamp {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

// Observe takes another machine's stamp into account: what is made here from now on is later. One that lies more
// than [MaxAhead] ahead of the wall clock is refused and changes nothing.
func (c *Clock) Observe(s Stamp) error {
	if ahead := time.Until(s.Time()); ahead > MaxAhead {
		return fault.New(fault.Invalid, "clock.ahead", "observe stamp %s: it is %s ahead", s, ahead.Round(time.Second))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = max(c.last, s)
	return nil
}
