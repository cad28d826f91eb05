package settings

import (
	"context"
	"fmt"
	"slices"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/workday"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// PutHolidayYear takes the public holidays of a year into the settings, in place of what they had of it. It is the one way in for
// whoever brings them: a person with a file, and headquarters. A year that is in force as it is makes no new version.
func (e Editor) PutHolidayYear(ctx context.Context, y workday.Year) (version uint64, err error) {
	e.k.mu.Lock()
	defer e.k.mu.Unlock()
	if errs := y.Validate(); len(errs) > 0 {
		var wrong fault.Fields
		for _, err := range errs {
			wrong.Add("", "settings.invalid", "%s", err)
		}
		return 0, wrong
	}
	d := *e.k.Current()
	d.HolidayYears = slices.Clone(d.HolidayYears)
	i := slices.IndexFunc(d.HolidayYears, func(o workday.Year) bool { return o.Year == y.Year })
	switch {
	case i < 0:
		d.HolidayYears = append(d.HolidayYears, y)
		slices.SortFunc(d.HolidayYears, func(a, b workday.Year) int { return a.Year - b.Year })
	case fmt.Sprint(d.HolidayYears[i]) == fmt.Sprint(y):
		return e.k.Version(), nil
	default:
		d.HolidayYears[i] = y
	}
	data, err := d.Encode()
	if err != nil {
		return 0, err
	}
	return e.k.replace(ctx, data, e.who)
}

// PutHolidayYear is [Editor.PutHolidayYear] for somebody at the machine itself, with a year's file as [workday.ParseYear] reads it.
func (k *Keeper) PutHolidayYear(ctx context.Context, data []byte, by string) (version uint64, err error) {
	y, err := workday.ParseYear(data)
	if err != nil {
		return 0, fault.New(fault.Invalid, "settings.invalid", "take in holidays: %w", err)
	}
	return k.As(store.Author{Name: by, What: fmt.Sprintf("holidays of %d", y.Year)}).PutHolidayYear(ctx, y)
}
