package progress

import "math"

const (
	keptPieces = 32 // pieces remembered, a power of two
	slackMS    = 12 // error of measurement of a length
	sameHz     = 8  // Hz by which the soundings of one tone may differ
	samePower  = 2  // and the factor of their power: 3 dB
	minFirstMS = 50 // a first sounding cut off by the beginning must have lasted so long
)

// pieces are the last ones, in order.
type pieces struct {
	ring [keptPieces]piece
	n    int
}

func (p *pieces) add(q piece) {
	p.ring[p.n%keptPieces] = q
	p.n++
}

// ago is the piece so many before the newest.
func (p *pieces) ago(i int) *piece { return &p.ring[(p.n-1-i)%keptPieces] }

func (p *pieces) kept() int { return min(p.n, keptPieces) }

// soundings is how many soundings, ending with the newest piece, fit a cadence wherever they begin in it.
func (p *pieces) soundings(cadence []int, tolerance float64) (best int) {
	for at := 0; at < len(cadence); at += 2 {
		best = max(best, p.soundingsAt(cadence, at, tolerance))
	}
	return best
}

// soundingsAt is the same with the newest piece at a given place of the cadence.
func (p *pieces) soundingsAt(cadence []int, at int, tolerance float64) (n int) {
	newest := p.ago(0)
	for i := range p.kept() {
		q, want := p.ago(i), float64(cadence[(at-i%len(cadence)+len(cadence))%len(cadence)])
		if q.sounding && !alike(q, newest) {
			break
		}
		if math.Abs(q.ms-want) > tolerance*want+slackMS {
			// Listening may have begun within the first sounding.
			if q.sounding && i >= 4 && i == p.n-1 && q.ms < want && q.ms >= minFirstMS {
				n++
			}
			break
		}
		if q.sounding {
			n++
		}
	}
	return n
}

func alike(a, b *piece) bool {
	return math.Abs(a.hz-b.hz) <= sameHz && a.power < samePower*b.power && b.power < samePower*a.power
}
