package dialplan

import (
	"slices"
	"strings"
)

// Class is a kind of destination in the Chinese numbering plan.
type Class string

// The classes.
const (
	Internal      Class = "internal"      // calls inside the house
	Emergency     Class = "emergency"     // 110 police, 119 fire, 120 ambulance, 122 traffic accidents
	Special       Class = "special"       // short service numbers, 400 and 800
	Local         Class = "local"         // a number of the own area
	Mobile        Class = "mobile"        // 11 digits from 13 to 19
	LongDistance  Class = "long_distance" // with an area code
	International Class = "international" // with 00
)

// Classes are all of them, the most harmless first.
func Classes() []Class {
	return []Class{Emergency, Internal, Special, Local, Mobile, LongDistance, International}
}

// Valid reports whether a class exists.
func (c Class) Valid() bool { return slices.Contains(Classes(), c) }

// ClassOf finds the class of a number as it goes out, without the house's own prefix (GB/T 3971.1, YD/T 1198: 00 is the
// international prefix, 0 the national one, mobiles begin with 1); it is never [Internal]. Anything that is none of these
// counts as international, which is the one most closely guarded.
func ClassOf(number string) Class {
	switch {
	case number == "110" || number == "119" || number == "120" || number == "122":
		return Emergency
	case strings.Trim(number, "0123456789") != "" || number == "":
		return International
	case strings.HasPrefix(number, "00"):
		return International
	case len(number) == 11 && number[0] == '1' && number[1] >= '3':
		return Mobile
	case len(number) == 12 && number[:2] == "01" && number[2] >= '3':
		return Mobile // dialled with the national prefix
	case number[0] == '0':
		return LongDistance
	case len(number) <= 6, len(number) == 10 && (number[:3] == "400" || number[:3] == "800"):
		return Special
	case len(number) <= 8:
		return Local
	}
	return International
}
