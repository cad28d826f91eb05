// Package hlc is a hybrid logical clock (Kulkarni and others, "Logical Physical Clocks", 2014): stamps that never go
// back, follow the wall clock while it is sane, and order what happened on several machines whose clocks differ.
//
// A stamp is 64 bits: 48 of milliseconds since 1970 and 16 that count stamps of the same millisecond. With the number
// of the machine that took it a stamp is a [Version], and no two versions are equal. The clock takes stamps of others
// into account ([Clock.Observe]) unless they lie so far ahead that they would spoil it.
package hlc
