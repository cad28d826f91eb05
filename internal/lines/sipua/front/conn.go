package front

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// How long a client may be silent, and how much it may say.
const (
	firstWord  = 10 * time.Second // after the handshake; a browser registers at once
	idleLimit  = 3 * time.Minute  // the box asks its phones once a minute whether they are there
	writeLimit = 10 * time.Second
	lookEvery  = time.Minute // how often it is asked whether the client's session lasts
	perSecond  = 50          // frames
	burst      = 200         // frames at once: a browser that comes back has much to say
)

// conn is a client's connection as the stack sees it: first the handshake, then whole messages.
type conn struct {
	net.Conn

	alive func() bool // whether the session behind it lasts; nil: yes
	leave func()
	once  sync.Once

	// Touched by the reading goroutine only.
	first  *bytes.Reader // what is read before anything that the client says
	r      *bufio.Reader
	buf    []byte // a message being read
	out    []byte // a message that the stack has not read yet
	spoken bool
	tokens float64
	filled time.Time
	looked time.Time

	mu      sync.Mutex // of writing
	begun   bool       // the handshake is answered
	partial []byte     // a frame of the stack's that is not whole yet
}

func newConn(c net.Conn, handshake []byte, alive func() bool, leave func()) *conn {
	now := time.Now()
	return &conn{
		Conn: c, alive: alive, leave: leave, first: bytes.NewReader(handshake), r: bufio.NewReaderSize(c, 4096),
		tokens: burst, filled: now, looked: now,
	}
}

// Read gives the stack the handshake and then frames that hold a whole message each.
func (c *conn) Read(b []byte) (int, error) {
	if c.first.Len() > 0 {
		return c.first.Read(b)
	}
	if len(c.out) == 0 {
		if err := c.next(); err != nil {
			return 0, c.refuse(err)
		}
	}
	n := copy(b, c.out)
	c.out = c.out[n:]
	return n, nil
}

// refuse tells the client why it is not heard any more.
func (c *conn) refuse(err error) error {
	if b, ok := errors.AsType[broken](err); ok {
		c.end(b.status)
		return net.ErrClosed
	}
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	return net.ErrClosed // of this client there is nothing more to come, whatever the reason
}

// next waits for the client's next message.
func (c *conn) next() error {
	if cap(c.buf) == 0 {
		c.buf = make([]byte, maxMessage)
	}
	whole := 0
	for within := false; ; {
		if err := c.wait(); err != nil {
			return err
		}
		f, err := readFrame(c.r, c.buf[whole:], maxMessage-whole)
		if err != nil {
			return err
		}
		if !c.afford(time.Now()) {
			return broken{statusPolicy, "too many frames"}
		}
		switch {
		case f.op&control != 0:
			if err := c.manage(f); err != nil {
				return err
			}
			continue
		case (f.op == opContinuation) != within:
			return broken{statusProtocol, "a fragment is out of place"}
		}
		within = !f.final
		whole += len(f.payload)
		if !f.final || whole == 0 {
			continue
		}
		c.spoken = true
		c.out = append(appendHead(c.out[:0], opText, whole, true), c.buf[:whole]...)
		return nil
	}
}

// wait sets the time by which the client must say something, and looks after its session.
func (c *conn) wait() error {
	limit := idleLimit
	if !c.spoken {
		limit = firstWord
	}
	now := time.Now()
	if c.alive != nil && now.Sub(c.looked) >= lookEvery {
		if c.looked = now; !c.alive() {
			return broken{SignedOut, "the session is over"}
		}
	}
	return c.SetReadDeadline(now.Add(limit))
}

// afford takes a token for a frame.
func (c *conn) afford(now time.Time) bool {
	c.tokens = min(burst, c.tokens+now.Sub(c.filled).Seconds()*perSecond)
	c.filled = now
	if c.tokens < 1 {
		return false
	}
	c.tokens--
	return true
}

// manage handles a frame that is about the connection.
func (c *conn) manage(f frame) error {
	switch f.op {
	case opPing:
		return c.put(append(appendHead(nil, opPong, len(f.payload), false), f.payload...))
	case opClose:
		_ = c.put(closing(statusNormal)) //nolint:errcheck // it is leaving
		return io.EOF
	}
	return nil // an answer to no question
}

// Write takes what the stack sends: the answer to the handshake, then frames, each of which goes out in one piece.
func (c *conn) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.partial = append(c.partial, b...)
	if !c.begun {
		if !bytes.Contains(c.partial, []byte("\r\n\r\n")) {
			return len(b), nil
		}
		c.begun = true
	} else if !complete(c.partial) {
		return len(b), nil
	}
	err := c.send(c.partial)
	c.partial = c.partial[:0]
	if err != nil {
		return 0, err
	}
	return len(b), nil
}

// complete reports whether a server's frame is all there.
func complete(b []byte) bool {
	if len(b) < 2 {
		return false
	}
	r := bufio.NewReader(bytes.NewReader(b[2:]))
	size, err := length(r, uint64(b[1]&^masked))
	head := 2
	switch b[1] &^ masked {
	case 126:
		head = 4
	case 127:
		head = 10
	}
	return err == nil && uint64(len(b)-head) >= size //nolint:gosec // not negative once the length was read
}

// put sends a frame of ours between two of the stack's.
func (c *conn) put(b []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.send(b)
}

// send writes; mu is held.
func (c *conn) send(b []byte) error {
	if err := c.SetWriteDeadline(time.Now().Add(writeLimit)); err != nil {
		return err
	}
	_, err := c.Conn.Write(b)
	return err
}

// end closes the connection and says why.
func (c *conn) end(status uint16) {
	_ = c.put(closing(status)) //nolint:errcheck // it is over in any case
	_ = c.Close()              //nolint:errcheck // it is over in any case
}

// Close closes the connection.
func (c *conn) Close() error {
	c.once.Do(c.leave)
	return c.Conn.Close()
}
