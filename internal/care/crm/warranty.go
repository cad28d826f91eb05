package crm

import (
	"cmp"
	"time"
)

// The rules that hold for a vehicle that has none of its own: the warranty of the national three-guarantees rule
// (国家市场监督管理总局令第43号, 2021: at least 3 years or 60,000 km) as most makers give it, and their service intervals.
const (
	warrantyMonths, warrantyKm          = 36, 100_000
	firstMonths, firstFromKm, firstToKm = 6, 3_000, 5_000
	serviceMonths, serviceKm            = 12, 10_000
	endingDays, endingKm                = 60, 3_000
)

// The states of a warranty.
const (
	WarrantyUnknown = "unknown" // nobody knows when the car was sold
	WarrantyValid   = "valid"
	WarrantyEnding  = "ending"         // in 60 days or 3,000 km
	WarrantyLikely  = "likely_expired" // by the estimated mileage; the odometer decides
	WarrantyExpired = "expired"
)

// Warranty is whether a car is under warranty on a day.
type Warranty struct {
	State  string `json:"state"`
	EndsOn Date   `json:"ends_on,omitempty"` // the last day by time
	EndsKm int    `json:"ends_km,omitempty"`
	// DaysLeft and KmLeft are what is left by time and by the estimate.
	DaysLeft int `json:"days_left,omitempty"`
	KmLeft   int `json:"km_left,omitempty"`
}

// WarrantyOn reckons the warranty on a day, in the zone of the time given.
func (v *Vehicle) WarrantyOn(at time.Time) Warranty {
	rule := Limit{warrantyMonths, warrantyKm}
	if v.Warranty != nil {
		rule = *v.Warranty
	}
	w := Warranty{State: WarrantyUnknown, EndsKm: rule.Km}
	e, known := EstimateMileage(v.Readings, v.SoldOn, at)
	if known && rule.Km > 0 {
		w.KmLeft = rule.Km - e.Km
		if e.Readings > 0 && e.LastKm > rule.Km {
			w.State = WarrantyExpired
		}
	}
	if v.SoldOn == "" {
		return w
	}
	if rule.Months > 0 {
		w.EndsOn = v.SoldOn.AddMonths(rule.Months)
		w.DaysLeft, _ = On(at).DaysUntil(w.EndsOn)
	}
	w.State = cmp.Or(expired(w.State), w.stateBy(rule, known, e))
	return w
}

func expired(state string) string {
	if state == WarrantyExpired {
		return state
	}
	return ""
}

func (w *Warranty) stateBy(rule Limit, known bool, e Estimate) string {
	switch {
	case rule.Months > 0 && w.DaysLeft < 0:
		return WarrantyExpired
	case known && rule.Km > 0 && w.KmLeft < 0 && e.Readings > 0:
		return WarrantyLikely
	case rule.Months > 0 && w.DaysLeft <= endingDays, known && rule.Km > 0 && w.KmLeft <= endingKm && e.Readings > 0:
		return WarrantyEnding
	}
	return WarrantyValid
}

// The states of a service.
const (
	ServiceUnknown = "unknown"
	ServiceLater   = "later"
	ServiceSoon    = "soon" // in 30 days
	ServiceDue     = "due"  // the first service: its window is open
	ServiceOverdue = "overdue"
)

// Service is when a car is next due in the workshop.
type Service struct {
	State string `json:"state"`
	First bool   `json:"first,omitempty"`
	// DueOn is the day by which it is due, by time or by the estimated mileage, whichever comes first; ByMileage says which.
	DueOn     Date `json:"due_on,omitempty"`
	ByMileage bool `json:"by_mileage,omitempty"`
	DueKm     int  `json:"due_km,omitempty"`
}

// NextService reckons the next service as seen on a day.
func (v *Vehicle) NextService(at time.Time) Service {
	s := Service{State: ServiceUnknown}
	var from Date
	months, fromKm := 0, 0
	if v.LastService == "" {
		rule := FirstService{firstMonths, firstFromKm, firstToKm}
		if v.FirstService != nil {
			rule = *v.FirstService
		}
		s.First, from, months, fromKm, s.DueKm = true, v.SoldOn, rule.Months, rule.FromKm, rule.ToKm
	} else {
		rule := Limit{serviceMonths, serviceKm}
		if v.Service != nil {
			rule = *v.Service
		}
		from, months = v.LastService, rule.Months
		if rule.Km > 0 && v.LastServiceKm > 0 {
			s.DueKm = v.LastServiceKm + rule.Km
		}
	}
	if from != "" && months > 0 {
		s.DueOn = from.AddMonths(months)
	}
	e, known := EstimateMileage(v.Readings, v.SoldOn, at)
	if day, ok := reaches(e, s.DueKm, at); known && ok && (s.DueOn == "" || day < s.DueOn) {
		s.DueOn, s.ByMileage = day, true
	}
	s.judge(at, known && s.First && fromKm > 0 && e.Km >= fromKm)
	return s
}

func (s *Service) judge(at time.Time, open bool) {
	days, ok := On(at).DaysUntil(s.DueOn)
	switch {
	case !ok:
	case days < 0:
		s.State = ServiceOverdue
	case open:
		s.State = ServiceDue
	case days <= 30:
		s.State = ServiceSoon
	default:
		s.State = ServiceLater
	}
}

// reaches is the day on which the odometer reaches a reading at its present pace.
func reaches(e Estimate, km int, at time.Time) (Date, bool) {
	if km == 0 || e.PerDay <= 0 {
		return "", false
	}
	days := float64(km-e.Km) / e.PerDay
	if days > 3650 || days < -3650 {
		return "", false
	}
	return On(at.Add(time.Duration(days * 24 * float64(time.Hour)))), true
}
