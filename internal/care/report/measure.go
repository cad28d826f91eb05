package report

import "time"

// Unit is how the value of a measure is shown.
type Unit string

// The units.
const (
	Count   Unit = "count"   // the numerator
	Percent Unit = "percent" // numerator ÷ denominator, of 1
	Seconds Unit = "seconds" // likewise, a mean
	Number  Unit = "number"  // likewise, without a unit: Erlangs, scores
)

// Sum is a numerator and a denominator; D is 0 for a count, and where there is nothing to measure.
type Sum struct {
	N float64 `json:"n"`
	D float64 `json:"d"`
}

// Add adds another sum.
func (s *Sum) Add(o Sum) { s.N, s.D = s.N+o.N, s.D+o.D }

// Value is the sum as its unit shows it; ok is false when there is nothing to measure.
func (s Sum) Value(u Unit) (v float64, ok bool) {
	if u == Count {
		return s.N, true
	}
	if s.D == 0 {
		return 0, false
	}
	return s.N / s.D, true
}

// Measure is one figure. What it is called and means in words is in [Words].
type Measure struct {
	ID   string
	Unit Unit
	// Good says which way is better: +1 up, -1 down, 0 neither.
	Good int
	// of is what one call adds; nil for figures that are not of calls.
	of func(c *Call, o Options) Sum
}

// Of is what one call adds to the measure: its part in the numerator and in the denominator.
func (m *Measure) Of(c *Call, o Options) Sum {
	if m.of == nil {
		return Sum{}
	}
	return m.of(c, o)
}

// Variant is which of the competing formulas for the service level is used.
type Variant string

// The variants. All count calls answered within the time, from their entry into the queue, in the numerator.
const (
	// OfOffered divides by those offered without those abandoned at once. It is the default.
	OfOffered Variant = "offered"
	// WithQuick also counts those abandoned at once as served, in numerator and denominator.
	WithQuick Variant = "quick"
	// OfAnswered divides by those answered.
	OfAnswered Variant = "answered"
)

// Options are what a dealership decides about its figures.
type Options struct {
	ServiceLevel Variant       // empty: OfOffered
	Within       time.Duration // 0: 20 s
	Short        time.Duration // up to which an abandoned call counts as a mistake; 0: 5 s
}

// The usual times, as most centres have them.
const (
	usualWithin = 20 * time.Second
	usualShort  = 5 * time.Second
)

// Usual fills what is not said.
func (o Options) Usual() Options {
	if o.ServiceLevel == "" {
		o.ServiceLevel = OfOffered
	}
	if o.Within == 0 {
		o.Within = usualWithin
	}
	if o.Short == 0 {
		o.Short = usualShort
	}
	return o
}

func one(met bool) float64 {
	if met {
		return 1
	}
	return 0
}

func serviceLevel(c *Call, o Options) Sum {
	if !c.Offered() {
		return Sum{}
	}
	inTime := one(c.Answered() && c.Wait() <= o.Within)
	short := one(c.Short(o))
	switch o.ServiceLevel {
	case WithQuick:
		return Sum{inTime + short, 1}
	case OfAnswered:
		return Sum{inTime, one(c.Answered())}
	case OfOffered:
	}
	return Sum{inTime, 1 - short}
}

func mean(of bool, d time.Duration) Sum {
	if !of {
		return Sum{}
	}
	return Sum{d.Seconds(), 1}
}

// CallMeasures are the figures of calls, in the order in which they are shown.
var CallMeasures = []Measure{ //nolint:gochecknoglobals // a constant table
	{"offered", Count, 0, func(c *Call, _ Options) Sum { return Sum{N: one(c.Offered())} }},
	{"answered", Count, 0, func(c *Call, _ Options) Sum { return Sum{N: one(c.Answered())} }},
	{"service_level", Percent, 1, serviceLevel},
	{"asa", Seconds, -1, func(c *Call, _ Options) Sum { return mean(c.Answered(), c.Wait()) }},
	{"aht", Seconds, 0, func(c *Call, _ Options) Sum { return mean(c.Handled(), c.Talk()) }},
	{"abandon_rate", Percent, -1, func(c *Call, o Options) Sum {
		if !c.Offered() || c.Short(o) {
			return Sum{}
		}
		return Sum{one(c.Abandoned), 1}
	}},
	{"connect_in", Percent, 1, func(c *Call, _ Options) Sum { return Sum{one(c.Answered()), one(c.Offered())} }},
	{"dialled", Count, 0, func(c *Call, _ Options) Sum { return Sum{N: one(c.Outbound)} }},
	{"connect_out", Percent, 1, func(c *Call, _ Options) Sum { return Sum{one(c.Reached()), one(c.Outbound)} }},
}

// LineMeasures are the figures of trunks and lines.
var LineMeasures = []Measure{ //nolint:gochecknoglobals // a constant table
	{"line_calls", Count, 0, func(c *Call, _ Options) Sum { return Sum{N: one(c.Line != "")} }},
	{"erlangs", Number, 0, func(c *Call, _ Options) Sum {
		if c.Line == "" {
			return Sum{}
		}
		return Sum{N: max(c.Ended.Sub(c.Start), 0).Seconds()} // the denominator is the period, see Table.Close
	}},
}

// The figures of tickets, callbacks and surveys are counted where those are kept; here is how they are shown.
var (
	//nolint:gochecknoglobals // a constant table
	TicketMeasures = []Measure{
		{ID: "tickets_opened", Unit: Count},
		{ID: "first_contact", Unit: Percent, Good: 1},
		{ID: "quarter_hour", Unit: Percent, Good: 1},
		{ID: "resolution", Unit: Percent, Good: 1},
		{ID: "closed_loop", Unit: Percent, Good: 1},
		{ID: "repeat_complaints", Unit: Percent, Good: -1},
		{ID: "satisfied", Unit: Percent, Good: 1},
		{ID: "reopened", Unit: Percent, Good: -1},
	}
	//nolint:gochecknoglobals // a constant table
	CallbackMeasures = []Measure{
		{ID: "callbacks_made", Unit: Count}, {ID: "callbacks_closed", Unit: Percent, Good: 1}, {ID: "callbacks_unreachable", Unit: Percent, Good: -1},
	}
	//nolint:gochecknoglobals // a constant table
	SurveyMeasures = []Measure{
		{ID: "survey_answers", Unit: Count}, {ID: "csi", Unit: Percent, Good: 1}, {ID: "top_two", Unit: Percent, Good: 1},
	}
)
