package appliance

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/web"
	"github.com/dealerline/dealerline/internal/lines/fxo"
	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// workshop is what is done to analog lines by hand; it satisfies web.Lines.
type workshop struct{ *Box }

// List is the analog lines at this moment.
func (w workshop) List() any { return w.Lines() }

// Learn makes a test call.
func (w workshop) Learn(ctx context.Context, name, number string) (fxo.Profile, error) {
	return w.analog.Learn(ctx, name, number)
}

// Study learns from the recorded sound of a call. Of a stereo recording it takes one side.
func (w workshop) Study(name string, wav io.Reader, right bool) (fxo.Profile, error) {
	doc := w.settings.Current()
	l, ok := doc.AnalogLine(name)
	if !ok {
		return fxo.Profile{}, fault.New(fault.NotFound, "line.unknown", "study a recording: there is no analog line %q", name)
	}
	base, err := profileOf(l)
	if err != nil {
		return fxo.Profile{}, err
	}
	alaw, err := oneSide(wav, right)
	if err != nil {
		return fxo.Profile{}, err
	}
	p := fxo.StudyRecording(alaw, base)
	p.Name = name
	return p, nil
}

// profileOf is the profile that a line goes by.
func profileOf(l fxo.LineSettings) (fxo.Profile, error) {
	if l.Learned != nil {
		return *l.Learned, nil
	}
	all, err := fxo.ShippedProfiles()
	if err != nil {
		return fxo.Profile{}, err
	}
	if p, ok := all[l.Profile]; ok {
		return p, nil
	}
	return fxo.China(), nil
}

// Keep puts what was learned into the settings.
func (w workshop) Keep(ctx context.Context, name, by string, p fxo.Profile) (uint64, error) {
	return w.settings.LearnLine(ctx, name, by, p)
}

// Capture takes the sound of a line that is kept in memory: a stereo WAV, the line left, the box right.
func (w workshop) Capture(ctx context.Context, name string) (web.Capture, error) {
	c, err := w.analog.Capture(ctx, name)
	if err != nil {
		return web.Capture{}, err
	}
	out := web.Capture{WAV: stereoWAV(c.In, c.Out)}
	for _, m := range c.Marks {
		out.Marks = append(out.Marks, web.Mark{AtMS: m.At.Milliseconds(), Signal: m.Signal.String()})
	}
	return out, nil
}

// wavALaw is A-law among the format tags of RIFF WAVE.
const wavALaw = 6

// stereoWAV writes two sides of a call as a WAV file in A-law, 8 kHz.
func stereoWAV(left, right []byte) []byte {
	n := min(len(left), len(right))
	size := uint32(2 * n) //nolint:gosec // minutes of sound
	le := binary.LittleEndian
	f := le.AppendUint32([]byte("RIFF"), 4+8+18+8+4+8+size)
	f = le.AppendUint32(append(f, "WAVEfmt "...), 18)
	f = le.AppendUint16(le.AppendUint16(f, wavALaw), 2)
	f = le.AppendUint32(le.AppendUint32(f, dsp.SampleRate), 2*dsp.SampleRate)
	f = le.AppendUint16(le.AppendUint16(le.AppendUint16(f, 2), 8), 0)
	f = le.AppendUint32(le.AppendUint32(append(f, "fact"...), 4), uint32(n)) //nolint:gosec // minutes of sound
	f = le.AppendUint32(append(f, "data"...), size)
	for i := range n {
		f = append(f, left[i], right[i])
	}
	return f
}

// maxStudied is the longest recording that is studied: twenty minutes in stereo.
const maxStudied = 20 << 20

// oneSide reads one channel of a recording, or a mono one of any kind, as A-law.
func oneSide(r io.Reader, right bool) ([]byte, error) {
	file, err := io.ReadAll(io.LimitReader(r, maxStudied+1))
	if err != nil {
		return nil, fault.New(fault.Invalid, "request.unreadable", "read recording: %w", err)
	}
	if len(file) > maxStudied {
		return nil, fault.New(fault.Invalid, "wav.too_large", "read recording: longer than %d octets", maxStudied)
	}
	both, err := stereoALaw(file)
	if err != nil {
		return media.ReadWAV(bytes.NewReader(file))
	}
	side := 0
	if right {
		side = 1
	}
	out := make([]byte, 0, len(both)/2)
	for i := side; i < len(both); i += 2 {
		out = append(out, both[i])
	}
	return out, nil
}

var errNotStereo = errors.New("no stereo recording in A-law, 8 kHz") //nolint:gochecknoglobals // a sentinel

// stereoALaw finds the samples of a recording or a capture of ours.
func stereoALaw(file []byte) ([]byte, error) {
	le := binary.LittleEndian
	if len(file) < 12 || string(file[:4]) != "RIFF" || string(file[8:12]) != "WAVE" {
		return nil, errNotStereo
	}
	ours := false
	for rest := file[12:]; len(rest) >= 8; {
		name, size := string(rest[:4]), int(le.Uint32(rest[4:]))
		body := rest[8:][:min(size, len(rest)-8)]
		switch {
		case name == "fmt " && len(body) >= 16:
			ours = le.Uint16(body) == wavALaw && le.Uint16(body[2:]) == 2 && le.Uint32(body[4:]) == dsp.SampleRate
		case name == "data" && ours:
			return body[:len(body)&^1], nil
		}
		rest = rest[8+min(size+size&1, len(rest)-8):]
	}
	return nil, errNotStereo
}
