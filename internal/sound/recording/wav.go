package recording

import (
	"encoding/binary"
	"io"
	"os"
)

// The WAV header of stereo A-law: RIFF, fmt with 18 octets (as every format but PCM needs), fact, data
// (Multimedia Programming Interface and Data Specifications 1.0; WAVE_FORMAT_ALAW is 6).
const (
	headerBytes   = 58
	stereo        = 2
	sampleRateHz  = 8000
	formatALaw    = 6
	bitsPerSample = 8
)

// header makes the WAV header for this many octets of sound in one or two channels.
func header(dataBytes uint32, channels int) [headerBytes]byte {
	n := uint32(channels) //nolint:gosec // one or two
	var h [headerBytes]byte
	le := binary.LittleEndian
	copy(h[0:], "RIFF")
	le.PutUint32(h[4:], headerBytes-8+dataBytes)
	copy(h[8:], "WAVEfmt ")
	le.PutUint32(h[16:], 18)
	le.PutUint16(h[20:], formatALaw)
	le.PutUint16(h[22:], uint16(n)) //nolint:gosec // one or two
	le.PutUint32(h[24:], sampleRateHz)
	le.PutUint32(h[28:], n*sampleRateHz)
	le.PutUint16(h[32:], uint16(n)) //nolint:gosec // one or two
	le.PutUint16(h[34:], bitsPerSample)
	copy(h[38:], "fact")
	le.PutUint32(h[42:], 4)
	le.PutUint32(h[46:], dataBytes/n)
	copy(h[50:], "data")
	le.PutUint32(h[54:], dataBytes)
	return h
}

// fixHeader writes the header that fits the file's length, cuts off half a pair of octets (of a stereo file's samples; of a
// mono one's because chunks end at even places), and returns the number of octets of sound.
func fixHeader(f *os.File, channels int) (uint32, error) {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	data := max(size-headerBytes, 0)
	data -= data % stereo
	if err := f.Truncate(headerBytes + data); err != nil {
		return 0, err
	}
	h := header(uint32(data), channels) //nolint:gosec // 4 GiB are 74 hours; calls are limited to far less
	if _, err := f.WriteAt(h[:], 0); err != nil {
		return 0, err
	}
	return uint32(data), nil //nolint:gosec // as above
}
