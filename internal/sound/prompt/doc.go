// Package prompt holds what the box can say: recordings by id and language, and the grammar that turns numbers,
// digits, durations and positions into recordings in Chinese and in English.
//
// A recording that the dealership uploads or records by phone stands before the one shipped with the box.
package prompt
