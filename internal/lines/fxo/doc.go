// Package fxo runs analog telephone lines: it knows when a line rings and who calls, answers, dials, and finds out
// that somebody answered or hung up, on wires that say almost nothing of it.
package fxo
