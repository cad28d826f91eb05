package media

import "github.com/dealerline/dealerline/internal/sound/dsp"

// jitter evens out the arrival of packets: it holds received sound by its RTP timestamp and gives 20 ms each tick.
//
// Its depth follows the network. When it runs dry it makes up 20 ms and so becomes deeper by as much; when for two
// seconds more than needed lay waiting, it leaves out a frame of silence. The same two steps absorb the
// difference between the peer's clock and ours. A frame that never came is made up without a change of depth.
type jitter struct {
	data [jitterSamples]byte
	have [jitterSamples]bool

	ssrc    uint32
	live    bool // a stream is being received
	playing bool // the first wait is over
	hurried bool // play at once: the listener has not been waiting
	play    uint32
	end     uint32 // after the newest sample
	first   int    // depth before the first sound is played, in samples
	waited  int    // ticks
	owed    int    // frames made up while dry that may yet turn out lost
	dry     int    // ticks without sound in a row
	least   int    // least depth of this window, in samples
	pulls   int    // in this window
	spare   int    // windows for which one frame more is kept: it ran dry not long ago
	strays  int    // late pieces in a row

	late    uint64
	plc     dsp.Concealer
	scratch [FrameSamples]int16
}

const (
	jitterSamples = 4096             // 512 ms
	startDepth    = 2 * FrameSamples // before the first sound is played
	dryLimit      = 10               // ticks after which the stream counts as paused
	windowPulls   = 100
	spareWindows  = 8
	strayLimit    = 25 // late pieces in a row after which the stream has jumped
)

// insert takes in at most 20 ms of a stream.
func (j *jitter) insert(ssrc, ts uint32, a []byte) {
	if !j.live || ssrc != j.ssrc {
		j.begin(ssrc, ts)
	}
	at := int(int32(ts - j.play)) //nolint:gosec // the difference modulo 2³²
	switch {
	case at < -jitterSamples, at+len(a) > jitterSamples:
		j.begin(ssrc, ts)
		at = 0
	case at+len(a) <= 0:
		if !j.playing { // the first packets came out of order
			j.play, at = ts, 0
			break
		}
		j.late++
		if j.strays++; j.strays < strayLimit {
			return
		}
		j.begin(ssrc, ts)
		at = 0
	}
	j.strays = 0
	if at < 0 {
		a, at = a[-at:], 0
	}
	from := j.play + uint32(at) //nolint:gosec // within the ring
	for i, v := range a {
		k := (from + uint32(i)) % jitterSamples //nolint:gosec // within the ring
		j.data[k], j.have[k] = v, true
	}
	if end := from + uint32(len(a)); int32(end-j.end) > 0 { //nolint:gosec // modulo 2³²
		j.end = end
	}
}

func (j *jitter) begin(ssrc, ts uint32) {
	clear(j.have[:])
	j.ssrc, j.play, j.end = ssrc, ts, ts
	j.live, j.playing = true, false
	j.waited, j.owed, j.dry, j.strays = 0, 0, 0, 0
	j.least, j.pulls = jitterSamples, 0
}

// hurry makes the buffer play the next stream without waiting to be filled: after a bridge left the packet plane.
func (j *jitter) hurry() { j.hurried = true }

func (j *jitter) depth() int { return int(int32(j.end - j.play)) } //nolint:gosec // modulo 2³²

// pull gives the next 20 ms, false while there is nothing to hear.
func (j *jitter) pull(f *Frame) bool {
	if !j.live {
		return false
	}
	if !j.playing {
		j.waited++
		if j.depth() < j.first && j.waited <= j.first/FrameSamples+j.first/startDepth-1 && !j.hurried {
			return false
		}
		j.playing, j.hurried = true, false
	}
	if j.depth() < FrameSamples { // half a frame is not played: its other half, a packet of 10 ms, is still to come
		return j.ranDry(f)
	}
	for j.owed > 0 && j.depth() > FrameSamples && j.missing() == FrameSamples {
		j.skip() // this one was lost, and has been made up already
		j.owed--
	}
	j.owed, j.dry = 0, 0
	j.adapt()
	j.take(f)
	return true
}

func (j *jitter) ranDry(f *Frame) bool {
	if j.dry++; j.dry > dryLimit {
		j.live = false
		j.plc.Reset()
		return false
	}
	j.owed++
	j.spare = spareWindows
	j.least, j.pulls = jitterSamples, 0
	j.plc.Conceal(j.scratch[:])
	dsp.CompressALaw(f[:], j.scratch[:])
	return true
}

// adapt leaves out a frame when the buffer is deeper than need be, and nobody hears it.
func (j *jitter) adapt() {
	j.least = min(j.least, j.depth())
	j.pulls++
	need := 2 * FrameSamples
	if j.spare > 0 {
		need += FrameSamples
	}
	if j.pulls < windowPulls || j.least < need {
		if j.pulls >= windowPulls {
			j.least, j.pulls, j.spare = jitterSamples, 0, max(0, j.spare-1)
		}
		return
	}
	if j.least < need+4*FrameSamples && !j.silent() {
		return // wait for a pause in the talk, unless the delay is grave
	}
	j.skip()
	j.least, j.pulls, j.spare = jitterSamples, 0, max(0, j.spare-1)
}

// take removes 20 ms, making up what is missing of them.
func (j *jitter) take(f *Frame) {
	if j.missing() == 0 {
		for i := range f {
			f[i] = j.data[(j.play+uint32(i))%jitterSamples] //nolint:gosec // 0…159
		}
		dsp.ExpandALaw(j.scratch[:], f[:])
		j.plc.Good(j.scratch[:])
		if j.plc.Blended() {
			dsp.CompressALaw(f[:], j.scratch[:])
		}
		j.skip()
		return
	}
	j.plc.Conceal(j.scratch[:])
	dsp.CompressALaw(f[:], j.scratch[:])
	for i := range f {
		if k := (j.play + uint32(i)) % jitterSamples; j.have[k] { //nolint:gosec // 0…159
			f[i] = j.data[k]
		}
	}
	j.skip()
}

// next takes the oldest frame that did arrive, and its timestamp; false when nothing is left.
func (j *jitter) next(a []byte) (ts uint32, ok bool) {
	for j.live && j.depth() > 0 {
		ts = j.play
		if j.missing() < FrameSamples {
			for i := range a[:FrameSamples] {
				k := (j.play + uint32(i)) % jitterSamples //nolint:gosec // 0…159
				if a[i] = dsp.SilenceALaw; j.have[k] {
					a[i] = j.data[k]
				}
			}
			j.skip()
			return ts, true
		}
		j.skip()
	}
	j.live = false
	return 0, false
}

func (j *jitter) missing() (n int) {
	for i := range uint32(FrameSamples) {
		if !j.have[(j.play+i)%jitterSamples] {
			n++
		}
	}
	return n
}

func (j *jitter) silent() bool {
	var f Frame
	for i := range f {
		f[i] = j.data[(j.play+uint32(i))%jitterSamples] //nolint:gosec // 0…159
	}
	return dsp.SilentALaw(f[:])
}

func (j *jitter) skip() {
	for i := range uint32(FrameSamples) {
		j.have[(j.play+i)%jitterSamples] = false
	}
	j.play += FrameSamples
}
