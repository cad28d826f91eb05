package front

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Frames of the WebSocket protocol (RFC 6455 §5.2).
const (
	opContinuation = 0x0
	opText         = 0x1
	opBinary       = 0x2
	opClose        = 0x8
	opPing         = 0x9
	opPong         = 0xA

	final   = 0x80
	masked  = 0x80
	control = 0x08 // bit of the operations that are about the connection
)

// maxMessage bounds what a client says at once, in octets. A browser's longest SIP message has about six thousand.
const maxMessage = 32 << 10

// Status codes with which a connection is closed (RFC 6455 §7.4.1; from 4000 on they are ours).
const (
	statusNormal   = 1000
	statusProtocol = 1002
	statusPolicy   = 1008
	statusTooLong  = 1009
	// Replaced tells a client that somebody has connected anew elsewhere, and that it should not come back by itself.
	Replaced = 4001
	// SignedOut tells a client that its session is over.
	SignedOut = 4002
)

// broken is what a client did wrong, with the status to close with.
type broken struct {
	status uint16
	what   string
}

// Error says what was wrong.
func (b broken) Error() string { return "websocket: " + b.what }

// frame is one frame as it came, unmasked.
type frame struct {
	op      byte
	final   bool
	payload []byte
}

// readFrame reads a client's frame into buf, which must have room for [maxMessage]. room is how many octets of payload
// may come.
func readFrame(r *bufio.Reader, buf []byte, room int) (frame, error) {
	var head [2]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return frame{}, ended(err)
	}
	f := frame{op: head[0] & 0x0F, final: head[0]&final != 0}
	size := uint64(head[1] &^ masked)
	switch {
	case head[0]&0x70 != 0:
		return f, broken{statusProtocol, "reserved bits are set"}
	case f.op > opBinary && f.op < opClose || f.op > opPong:
		return f, broken{statusProtocol, "unknown operation"}
	case head[1]&masked == 0:
		return f, broken{statusProtocol, "a client's frame must be masked"}
	case f.op&control != 0 && (!f.final || size > 125):
		return f, broken{statusProtocol, "a control frame is short and whole"}
	}
	size, err := length(r, size)
	if err != nil {
		return f, err
	}
	if f.op&control == 0 && size > uint64(max(room, 0)) { //nolint:gosec // not negative
		return f, broken{statusTooLong, fmt.Sprintf("a message of more than %d octets", maxMessage)}
	}
	var key [4]byte
	if _, err := io.ReadFull(r, key[:]); err != nil {
		return f, ended(err)
	}
	f.payload = buf[:size]
	if _, err := io.ReadFull(r, f.payload); err != nil {
		return f, ended(err)
	}
	for i := range f.payload {
		f.payload[i] ^= key[i&3]
	}
	return f, nil
}

// length reads the longer forms of a length, which must be needed (RFC 6455 §5.2).
func length(r *bufio.Reader, short uint64) (uint64, error) {
	var b [8]byte
	switch short {
	case 126:
		if _, err := io.ReadFull(r, b[:2]); err != nil {
			return 0, ended(err)
		}
		if n := binary.BigEndian.Uint16(b[:2]); n > 125 {
			return uint64(n), nil
		}
	case 127:
		if _, err := io.ReadFull(r, b[:]); err != nil {
			return 0, ended(err)
		}
		if n := binary.BigEndian.Uint64(b[:]); n > 0xFFFF && n>>63 == 0 {
			return n, nil
		}
	default:
		return short, nil
	}
	return 0, broken{statusProtocol, "a length is not in its shortest form"}
}

// ended makes of a stream that stops within a frame the end that it is.
func ended(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return io.EOF
	}
	return err
}

// appendHead appends the head of a frame that is whole. A mask of zeros, as only a client's frame has one, changes
// nothing of the payload.
func appendHead(b []byte, op byte, size int, mask bool) []byte {
	var m byte
	if mask {
		m = masked
	}
	b = append(b, final|op)
	switch {
	case size <= 125:
		b = append(b, m|byte(size)) //nolint:gosec // checked here
	case size <= 0xFFFF:
		b = binary.BigEndian.AppendUint16(append(b, m|126), uint16(size)) //nolint:gosec // checked here
	default:
		b = binary.BigEndian.AppendUint64(append(b, m|127), uint64(size)) //nolint:gosec // not negative
	}
	if mask {
		b = append(b, 0, 0, 0, 0)
	}
	return b
}

// closing is a close frame of ours.
func closing(status uint16) []byte {
	return binary.BigEndian.AppendUint16(appendHead(nil, opClose, 2, false), status)
}
