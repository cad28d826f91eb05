package settings

import (
	"time"

	"github.com/dealerline/dealerline/internal/care/report"
)

// Figures is how the dealership reckons its figures; what is not said is as usual.
type Figures struct {
	ServiceLevel report.Variant `json:"service_level,omitempty" enum:"offered,quick,answered"`
	Within       int            `json:"within_seconds,omitempty"` // of the service level; 0: 20
	Short        int            `json:"short_seconds,omitempty"`  // up to which an abandoned call is a mistake; 0: 5
}

// Options is the same as figures take it.
func (f Figures) Options() report.Options {
	return report.Options{
		ServiceLevel: f.ServiceLevel, Within: time.Duration(f.Within) * time.Second, Short: time.Duration(f.Short) * time.Second,
	}.Usual()
}

// maxFigureSeconds is the longest of its times: more would measure nothing.
const maxFigureSeconds = 600

func (c *checker) checkFigures() {
	f := c.d.Figures
	switch f.ServiceLevel {
	case "", report.OfOffered, report.WithQuick, report.OfAnswered:
	default:
		c.add("figures.service_level", "%q is none of offered, quick, answered", f.ServiceLevel)
	}
	if f.Within < 0 || f.Within > maxFigureSeconds {
		c.add("figures.within_seconds", "%d is not between 0 and %d", f.Within, maxFigureSeconds)
	}
	if f.Short < 0 || f.Short > maxFigureSeconds {
		c.add("figures.short_seconds", "%d is not between 0 and %d", f.Short, maxFigureSeconds)
	}
}
