package progress

const hopMS = 10 // of dsp.Hop

// Runs of hops, in hops.
const (
	toneRun  = 3 // this long a tone is one, and shorter interruptions …
	quietRun = 3 // … and this long a pause
	otherRun = 4 // this long anything else ends the cadence: one DTMF key of 40 ms does
)

// Shares of the tone's power below which a hop is a pause: that of the tone itself, 8 dB, and that of everything, 1
// dB: a prompt's echo may be heard in it.
const (
	quietShare = 0.16
	otherShare = 0.8
)

// hop is what one hop held.
type hop struct {
	tone   bool    // pure and of the right frequency
	held   bool    // the same, but not so pure: enough to go on
	power  float64 // mean square of the tone
	energy float64 // and of all frequencies above hum
	hz     float64 // measured, if tone
}

// piece is a sounding or a pause.
type piece struct {
	sounding bool
	ms       float64
	hz       float64 // of a sounding: mean
	power    float64 // of a sounding: mean square
}

type phase uint8

const (
	idle phase = iota
	sounding
	pausing
)

// follower cuts one frequency's hops into pieces. The chart is in doc.go.
type follower struct {
	phase  phase
	at     float64 // hops heard
	edge   float64 // where the present piece began, in hops
	run    int     // hops of tone (idle, pausing) or of quiet (sounding)
	others int     // hops of other in a row
	power  float64 // mean power of the present or last sounding
	sum    float64 // of the powers and frequencies of the present sounding's inner hops
	sumHz  float64
	inner  int
	before [3]float64 // powers of the last hops, the newest last
	turn   [2]float64 // powers of the hop before a run began and of its first
}

// verdict is what a hop led to.
type verdict uint8

const (
	goesOn verdict = iota
	ended          // a piece ended; it is returned
	broke          // the cadence is over
)

// step takes in a hop.
func (f *follower) step(h hop) (piece, verdict) {
	f.before[0], f.before[1], f.before[2] = f.before[1], f.before[2], h.power
	defer func() { f.at++ }()
	quiet := h.power < quietShare*f.power && h.energy < otherShare*f.power
	switch f.phase {
	case sounding:
		return f.stepSounding(h, quiet)
	case pausing:
		return f.stepPausing(h, quiet)
	default:
		if !h.tone {
			f.run = 0
		} else if f.count(); f.run == toneRun {
			f.begin(f.before[2])
		}
		return piece{}, goesOn
	}
}

// count counts a hop of a run that would lead to the next phase.
func (f *follower) count() {
	if f.run++; f.run == 1 {
		f.turn = [2]float64{f.before[1], f.before[2]}
	}
	f.others = 0
}

// begin enters Sounding; the run before was its beginning.
func (f *follower) begin(power float64) {
	f.power = power
	first := f.at - toneRun + 1
	// The run's first hop and the one before it may hold the edge: the tone filled the share of them that their power
	// says.
	f.edge = first + 1 - share(f.turn[1], power) - share(f.turn[0], power)
	f.phase, f.run, f.others = sounding, 0, 0
	f.sum, f.sumHz, f.inner = 0, 0, 0
}

func share(part, whole float64) float64 { return min(1, part/whole) }

func (f *follower) stepSounding(h hop, quiet bool) (piece, verdict) {
	switch {
	case quiet:
		if f.count(); f.run < quietRun {
			return piece{}, goesOn
		}
		first := f.at - quietRun + 1
		end := first - 1 + share(f.turn[0], f.power) + share(f.turn[1], f.power)
		p := piece{sounding: true, ms: (end - f.edge) * hopMS, power: f.power}
		if f.inner > 0 {
			p.hz = f.sumHz / float64(f.inner)
		}
		f.phase, f.run, f.edge = pausing, 0, end
		return p, ended
	case h.tone || h.held:
		f.run, f.others = 0, 0
		f.sum += h.power
		f.sumHz += h.hz
		f.inner++
		f.power = f.sum / float64(f.inner)
		return piece{}, goesOn
	default:
		return f.other()
	}
}

func (f *follower) stepPausing(h hop, quiet bool) (piece, verdict) {
	switch {
	case quiet:
		f.run, f.others = 0, 0
		return piece{}, goesOn
	case h.tone:
		if f.count(); f.run < toneRun {
			return piece{}, goesOn
		}
		end := f.edge
		f.begin(h.power)
		return piece{ms: (f.edge - end) * hopMS}, ended
	default:
		return f.other()
	}
}

func (f *follower) other() (piece, verdict) {
	f.run = 0
	if f.others++; f.others < otherRun {
		return piece{}, goesOn
	}
	f.phase, f.power, f.others = idle, 0, 0
	return piece{}, broke
}

// lasts is how long the present piece has lasted, in ms, and whether it is a sounding; 0 in Idle.
func (f *follower) lasts() (ms float64, on bool) {
	if f.phase == idle {
		return 0, false
	}
	return (f.at - f.edge) * hopMS, f.phase == sounding
}
