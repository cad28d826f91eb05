// Package line is what every leg shares, whatever it runs on: who calls whom, the commands a leg takes, the
// facts it reports, and the causes for which it ends.
//
// A leg is one party's connection to the box: a SIP dialog, an analog line in use, a mobile call. The packages
// in internal/lines make legs; internal/calls/call joins them. Neither knows the other: they meet in the types
// of this package. Commands go down ([Command]), facts go up ([Event]).
package line
