package dialplan

import (
	"fmt"
	"slices"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// Bar keeps some phones, such as the one in the showroom, from calling some classes.
type Bar struct {
	Extensions []string `json:"extensions"`
	Deny       []Class  `json:"deny"`
}

// Bars are those of all phones.
type Bars []Bar

// Denies reports whether a phone may not call a class. Emergency numbers are denied to nobody.
func (b Bars) Denies(extension string, c Class) bool {
	return c != Emergency && slices.ContainsFunc(b, func(r Bar) bool {
		return slices.Contains(r.Extensions, extension) && slices.Contains(r.Deny, c)
	})
}

// Validate finds every mistake.
func (b Bars) Validate(extension func(number string) bool) fault.Fields {
	var out fault.Fields
	for i, r := range b {
		if len(r.Extensions) == 0 {
			out.Add(fmt.Sprintf("[%d].extensions", i), "settings.invalid", "must not be empty")
		}
		for j, e := range r.Extensions {
			if !extension(e) {
				out.Add(fmt.Sprintf("[%d].extensions[%d]", i, j), "settings.invalid", "there is no extension %s", e)
			}
		}
		if len(r.Deny) == 0 {
			out.Add(fmt.Sprintf("[%d].deny", i), "settings.invalid", "must not be empty")
		}
		for j, c := range r.Deny {
			if !c.Valid() || c == Emergency {
				out.Add(fmt.Sprintf("[%d].deny[%d]", i, j), "settings.invalid", "%q is not internal, special, local, mobile, long_distance or international", c)
			}
		}
	}
	return out
}
