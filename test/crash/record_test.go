package crash_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"testing"
)

// entry is one operation on a file: w writes data at an offset, t sets the size, s makes all before durable.
type entry struct {
	op   byte
	file string
	at   int64
	data []byte
}

// readRecord reads what the recorder wrote.
func readRecord(t *testing.T, path string) (all []entry) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // read only
	r := bufio.NewReaderSize(f, 1<<20)
	for {
		var head [2]byte
		if _, err := io.ReadFull(r, head[:]); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		name := make([]byte, head[1])
		var rest [12]byte
		if _, err := io.ReadFull(r, name); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(r, rest[:]); err != nil {
			t.Fatal(err)
		}
		e := entry{op: head[0], file: string(name), at: int64(binary.BigEndian.Uint64(rest[:]))} //nolint:gosec // an offset
		e.data = make([]byte, binary.BigEndian.Uint32(rest[8:]))
		if _, err := io.ReadFull(r, e.data); err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
}

// disk is one file as it lies on a disk, and what has been written to it and is not durable yet.
type disk struct {
	durable []byte
	size    int64 // durable is shorter where nothing but zeros follows
	pending []entry
}

func (d *disk) do(e entry) {
	if e.op != 's' {
		d.pending = append(d.pending, e)
		return
	}
	for _, p := range d.pending {
		d.durable, d.size = apply(d.durable, d.size, p)
	}
	d.pending = nil
}

func apply(content []byte, size int64, e entry) ([]byte, int64) {
	if e.op == 't' {
		if e.at < int64(len(content)) {
			content = content[:e.at]
		}
		return content, e.at
	}
	end := e.at + int64(len(e.data))
	if end > int64(len(content)) {
		content = append(content, make([]byte, end-int64(len(content)))...)
	}
	copy(content[e.at:], e.data)
	return content, max(size, end)
}

// kinds of loss.
const (
	lostNothing = iota // all that was written reached the disk although nobody waited for it
	lostBlocks         // half of the blocks did, chosen by chance
	lostSectors        // half of the sectors did: blocks are torn
	losses
)

// image is the file after a loss of power.
func (d *disk) image(loss int, r *rand.Rand) (content []byte, size int64) {
	content, size = append([]byte(nil), d.durable...), d.size
	piece := 4096
	if loss == lostSectors {
		piece = 512
	}
	for _, p := range d.pending {
		switch {
		case loss == lostNothing:
			content, size = apply(content, size, p)
		case p.op == 't':
			if r.IntN(2) == 0 {
				content, size = apply(content, size, p)
			}
		default:
			for from := 0; from < len(p.data); from += piece {
				if r.IntN(2) == 0 {
					part := p.data[from:min(from+piece, len(p.data))]
					content, size = apply(content, size, entry{'w', p.file, p.at + int64(from), part})
				}
			}
		}
	}
	return content, size
}
