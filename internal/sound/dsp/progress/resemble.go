package progress

import "math"

// Limits of what counts as a tone of another make: gateways and exchanges abroad keep to a tone's shape, not to its
// lengths.
const (
	shapeRatio = 1.6 // by which a sounding or pause may be longer or shorter
	shapeTone  = 100 // Hz by which the frequency may differ
)

// Resembles is the tone of the profile that is most like what was learned, for proposing what it means; ok is false
// if it is like none.
func (p Profile) Resembles(l Learned) (tone Tone, ok bool) {
	best := math.Inf(1)
	for _, t := range p.Patterns {
		if d := t.distance(l); d < best {
			tone, best, ok = t.Tone, d, true
		}
	}
	return tone, ok
}

// distance is how unlike they are: 0 alike, infinite if they cannot be the same tone.
func (t Pattern) distance(l Learned) float64 {
	if l.Confidence == 0 || len(t.CadenceMS) != len(l.CadenceMS) || math.Abs(t.Frequency-l.Frequency) > shapeTone {
		return math.Inf(1)
	}
	d := math.Abs(t.Frequency-l.Frequency) / shapeTone
	for i, ms := range t.CadenceMS {
		ratio := math.Abs(math.Log(float64(ms) / float64(l.CadenceMS[i])))
		if ratio > math.Log(shapeRatio) {
			return math.Inf(1)
		}
		d += ratio
	}
	return d
}
