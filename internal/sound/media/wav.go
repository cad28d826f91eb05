package media

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// maxWAV is the largest file read: ten minutes of CD sound.
const maxWAV = 110 << 20

// Format tags of RIFF WAVE.
const (
	wavPCM        = 1
	wavALaw       = 6
	wavMuLaw      = 7
	wavExtensible = 0xFFFE
)

type wavFormat struct {
	tag, channels, bits uint16
	rate                uint32
}

// ReadWAV reads a WAV file as A-law, 8 kHz, mono. It takes A-law, µ-law and 16-bit PCM, mono or stereo, at 8, 16, 32,
// 44.1 or 48 kHz. The error is [fault.Invalid] for anything else. It is not for media loops.
func ReadWAV(r io.Reader) ([]byte, error) {
	file, err := io.ReadAll(io.LimitReader(r, maxWAV+1))
	if err != nil {
		return nil, fmt.Errorf("read wav: %w", err)
	}
	if len(file) > maxWAV {
		return nil, fault.New(fault.Invalid, "wav.too_large", "read wav: longer than %d bytes", maxWAV)
	}
	format, data, err := splitWAV(file)
	if err != nil {
		return nil, fault.New(fault.Invalid, "wav.format", "read wav: %w", err)
	}
	if format.tag == wavALaw && format.channels == 1 && format.rate == dsp.SampleRate {
		return data, nil
	}
	linear := dsp.Resample(toMono(format, data), int(format.rate), dsp.SampleRate)
	out := make([]byte, len(linear))
	dsp.CompressALaw(out, linear)
	return out, nil
}

// splitWAV finds the format and the samples among a file's chunks.
func splitWAV(file []byte) (f wavFormat, data []byte, err error) {
	if len(file) < 12 || string(file[:4]) != "RIFF" || string(file[8:12]) != "WAVE" {
		return f, nil, errors.New("not a wav file")
	}
	for rest := file[12:]; len(rest) >= 8; {
		name, size := string(rest[:4]), int(binary.LittleEndian.Uint32(rest[4:]))
		rest = rest[8:]
		body := rest[:min(size, len(rest))] // a recording cut short is played as far as it goes
		switch name {
		case "fmt ":
			if f, err = parseFormat(body); err != nil {
				return f, nil, err
			}
		case "data":
			if f.tag == 0 {
				return f, nil, errors.New("samples before their format")
			}
			return f, body, nil
		}
		rest = rest[min(size+size&1, len(rest)):]
	}
	return f, nil, errors.New("no samples")
}

func parseFormat(b []byte) (f wavFormat, err error) {
	if len(b) < 16 {
		return f, errors.New("format cut short")
	}
	f.tag, f.channels = binary.LittleEndian.Uint16(b), binary.LittleEndian.Uint16(b[2:])
	f.rate, f.bits = binary.LittleEndian.Uint32(b[4:]), binary.LittleEndian.Uint16(b[14:])
	if f.tag == wavExtensible && len(b) >= 26 {
		f.tag = binary.LittleEndian.Uint16(b[24:]) // the first two octets of the sub-format
	}
	bits := map[uint16]uint16{wavPCM: 16, wavALaw: 8, wavMuLaw: 8}[f.tag]
	switch {
	case bits == 0:
		return f, fmt.Errorf("encoding %#x is not PCM, A-law or µ-law", f.tag)
	case f.bits != bits:
		return f, fmt.Errorf("%d bits a sample, want %d", f.bits, bits)
	case f.channels != 1 && f.channels != 2:
		return f, fmt.Errorf("%d channels, want 1 or 2", f.channels)
	}
	switch f.rate {
	case 8000, 16000, 32000, 44100, 48000:
		return f, nil
	}
	return f, fmt.Errorf("%d samples a second are not supported", f.rate)
}

// toMono expands the samples and takes the mean of two channels.
func toMono(f wavFormat, data []byte) []int16 {
	width, channels := int(f.bits/8), int(f.channels)
	out := make([]int16, len(data)/(width*channels))
	for i := range out {
		sum := int32(0)
		for c := range channels {
			at := (i*channels + c) * width
			switch f.tag {
			case wavALaw:
				sum += int32(dsp.DecodeALaw(data[at]))
			case wavMuLaw:
				sum += int32(dsp.DecodeMuLaw(data[at]))
			default:
				sum += int32(int16(binary.LittleEndian.Uint16(data[at:]))) //nolint:gosec // the sample's bits
			}
		}
		out[i] = int16(sum / int32(channels)) //nolint:gosec // the mean of samples
	}
	return out
}

// WriteWAV writes A-law sound, 8 kHz mono, as a WAV file.
func WriteWAV(w io.Writer, alaw []byte) error {
	if len(alaw) > maxWAV {
		return fault.New(fault.Invalid, "wav.too_large", "write wav: longer than %d bytes", maxWAV)
	}
	h := make([]byte, 0, 46+len(alaw)+1)
	pad := len(alaw) & 1                                                                 // chunks begin at even places
	h = binary.LittleEndian.AppendUint32(append(h, "RIFF"...), uint32(38+len(alaw)+pad)) //nolint:gosec // limited above
	h = binary.LittleEndian.AppendUint32(append(h, "WAVEfmt "...), 18)
	for _, v := range [...]uint16{wavALaw, 1, dsp.SampleRate, 0, dsp.SampleRate, 0, 1, 8, 0} { // rates are 32 bits each
		h = binary.LittleEndian.AppendUint16(h, v)
	}
	h = binary.LittleEndian.AppendUint32(append(h, "data"...), uint32(len(alaw))) //nolint:gosec // limited above
	h = append(append(h, alaw...), make([]byte, pad)...)
	if _, err := w.Write(h); err != nil {
		return fmt.Errorf("write wav: %w", err)
	}
	return nil
}
