package fxo

import (
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// Stage is one piece of what is dialled. One of the fields is set.
type Stage struct {
	Digits string        // sent together
	Pause  time.Duration // waited
	Tone   bool          // dial tone is awaited
	Flash  bool          // the hook is flashed
}

// dialPause is what a comma stands for.
const dialPause = time.Second

// maxDialled is how much may be dialled at once, and how much may wait to be sent in a conversation: more is lost.
const maxDialled = 64

// ParseStages reads what is to be dialled: digits, * and #, A to D, a comma for a pause of a second, W for another dial
// tone (behind a PBX: "9W13800138000"), an exclamation mark for a flash of the hook. Spaces and dashes are passed over.
// The error is [fault.Invalid].
func ParseStages(s string) ([]Stage, error) {
	var all []Stage
	if len(s) > maxDialled {
		return nil, fault.New(fault.Invalid, "fxo.number", "dial: longer than %d characters", maxDialled)
	}
	for _, r := range s {
		switch {
		case strings.ContainsRune("0123456789*#ABCD", r):
			if n := len(all); n > 0 && all[n-1].Digits != "" {
				all[n-1].Digits += string(r)
			} else {
				all = append(all, Stage{Digits: string(r)})
			}
		case r == ',' || r == 'p':
			all = append(all, Stage{Pause: dialPause})
		case r == 'W' || r == 'w':
			all = append(all, Stage{Tone: true})
		case r == '!':
			all = append(all, Stage{Flash: true})
		case r == ' ' || r == '-':
		default:
			return nil, fault.New(fault.Invalid, "fxo.number", "dial: %q cannot be dialled", r)
		}
	}
	return all, nil
}
