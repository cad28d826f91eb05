// Package media moves sound: RTP in and out, the 20 ms clock, bridges of any number of parties, players and taps.
package media
