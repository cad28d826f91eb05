package recording

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// Peaks is the shape of a stereo recording, for a picture of it: the least and the greatest sample of each of so many equal
// pieces, by channel, from −128 to 127.
type Peaks struct {
	Seconds float64 `json:"seconds"`
	Left    []int8  `json:"left"`  // the caller: least, greatest, least, greatest …
	Right   []int8  `json:"right"` // the agent
}

// ReadPeaks reads the shape of the recording in a file, in at most points pieces. It reads the file once, whatever its
// length, and ends early with ctx. It is not for media loops.
func ReadPeaks(ctx context.Context, path string, points int) (p Peaks, err error) {
	f, err := os.Open(path) //nolint:gosec // the archive names it
	if err != nil {
		return p, fmt.Errorf("read peaks: %w", err)
	}
	defer f.Close() //nolint:errcheck // read only
	st, err := f.Stat()
	if err != nil {
		return p, fmt.Errorf("read peaks: %w", err)
	}
	pairs := max(st.Size()-headerBytes, 0) / stereo
	p = Peaks{Seconds: float64(pairs) / sampleRateHz, Left: []int8{}, Right: []int8{}}
	if pairs == 0 || points <= 0 {
		return p, nil
	}
	if _, err := f.Seek(headerBytes, io.SeekStart); err != nil {
		return p, fmt.Errorf("read peaks: %w", err)
	}
	r := bufio.NewReaderSize(f, 64<<10)
	n := min(int64(points), pairs)
	for i := range n {
		if ctx.Err() != nil {
			return p, context.Cause(ctx)
		}
		piece := make([]byte, stereo*((i+1)*pairs/n-i*pairs/n))
		if _, err := io.ReadFull(r, piece); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return p, fmt.Errorf("read peaks: %w", err)
		}
		p.Left = append(p.Left, extremes(piece, 0)...)
		p.Right = append(p.Right, extremes(piece, 1)...)
	}
	return p, nil
}

// extremes are the least and the greatest sample of one channel, in the upper eight bits.
func extremes(piece []byte, channel int) []int8 {
	least, greatest := int16(0), int16(0)
	for i := channel; i < len(piece); i += stereo {
		s := dsp.DecodeALaw(piece[i])
		least, greatest = min(least, s), max(greatest, s)
	}
	return []int8{int8(least >> 8), int8(greatest >> 8)}
}
