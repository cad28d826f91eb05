// Package spandsp lets tests and benchmarks use the signal processing of spandsp (Debian: libspandsp-dev), by a
// helper in C that is compiled when it is needed.
package spandsp

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

//go:embed helper/main.c
var helper []byte

// ErrMissing says that there is no compiler or no spandsp to build the helper with.
var ErrMissing = errors.New("gcc or libspandsp-dev is not installed")

// Peer is the compiled helper.
type Peer struct{ path string }

// Build compiles the helper into a directory.
func Build(ctx context.Context, dir string) (*Peer, error) {
	source, path := filepath.Join(dir, "helper.c"), filepath.Join(dir, "helper")
	if err := os.WriteFile(source, helper, 0o600); err != nil {
		return nil, fmt.Errorf("write the helper: %w", err)
	}
	out, err := exec.CommandContext(ctx, "gcc", "-O2", "-o", path, source, "-lspandsp", "-lm").CombinedOutput()
	switch {
	case errors.Is(err, exec.ErrNotFound), bytes.Contains(out, []byte("spandsp.h: No such file")), bytes.Contains(out, []byte("cannot find -lspandsp")):
		return nil, ErrMissing
	case err != nil:
		return nil, fmt.Errorf("compile the helper: %w: %s", err, out)
	}
	return &Peer{path: path}, nil
}

func (p *Peer) run(ctx context.Context, sound []int16, args ...string) ([]byte, error) {
	in := make([]byte, 0, 2*len(sound))
	for _, s := range sound {
		in = binary.LittleEndian.AppendUint16(in, uint16(s))
	}
	var failure bytes.Buffer
	c := exec.CommandContext(ctx, p.path, args...)
	c.Stdin, c.Stderr = bytes.NewReader(in), &failure
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("spandsp %s: %w: %s", args[0], err, failure.String())
	}
	return out, nil
}

func samples(b []byte) []int16 {
	s := make([]int16, len(b)/2)
	for i := range s {
		s[i] = int16(binary.LittleEndian.Uint16(b[2*i:]))
	}
	return s
}

// class is spandsp's name of a standard: V.23 is CLIP's, Bell 202 CLASS's.
func class(v23 bool) string {
	if v23 {
		return "clip"
	}
	return "class"
}

// SendMessages is the sound of caller-ID messages, at spandsp's level of −14 dBm0, half a second of silence around
// each. Messages are given whole; the checksum that spandsp sends is its own.
func (p *Peer) SendMessages(ctx context.Context, v23 bool, messages ...[]byte) ([]int16, error) {
	args := []string{"adsi-tx", class(v23)}
	for _, m := range messages {
		args = append(args, hex.EncodeToString(m[:len(m)-1]))
	}
	out, err := p.run(ctx, nil, args...)
	return samples(out), err
}

// ReceiveMessages is what spandsp reads in a sound, with the checksum appended that each had.
func (p *Peer) ReceiveMessages(ctx context.Context, v23 bool, sound []int16) (all [][]byte, err error) {
	out, err := p.run(ctx, sound, "adsi-rx", class(v23))
	for line := range strings.Lines(string(out)) {
		m, err := hex.DecodeString(strings.TrimSpace(line))
		if err != nil {
			return nil, fmt.Errorf("read a message of spandsp's: %w", err)
		}
		sum := byte(0)
		for _, v := range m {
			sum += v
		}
		all = append(all, append(m, -sum))
	}
	return all, err
}

// SendKeys is the sound of DTMF keys, on and off in ms, the row's level in dBm0, the column louder by twist dB.
func (p *Peer) SendKeys(ctx context.Context, keys string, on, off, level, twist int) ([]int16, error) {
	out, err := p.run(ctx, nil, "dtmf-tx", keys, strconv.Itoa(on), strconv.Itoa(off), strconv.Itoa(level), strconv.Itoa(twist))
	return samples(out), err
}

// Key is a key heard and where: the number of samples taken in.
type Key struct {
	At  int
	Key byte
}

// ReceiveKeys is what spandsp hears in a sound.
func (p *Peer) ReceiveKeys(ctx context.Context, sound []int16) (all []Key, err error) {
	out, err := p.run(ctx, sound, "dtmf-rx")
	for line := range strings.Lines(string(out)) {
		var k Key
		if _, err := fmt.Sscanf(line, "%d %c", &k.At, &k.Key); err != nil {
			return nil, fmt.Errorf("read a key of spandsp's: %w", err)
		}
		all = append(all, k)
	}
	return all, err
}
