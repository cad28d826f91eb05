// Package dsp is the mathematics of telephone sound: G.711 companding, tones and DTMF (made and recognised), fax
// tones, levels, mixing, resampling and the concealment of lost packets. Caller ID and call progress tones have rooms
// of their own below it. What the receivers can do is measured in docs/dsp.md.
//
// Everything works on samples handed in: linear sound is int16 at [SampleRate] unless a name says otherwise,
// companded sound is one octet a sample. Nothing here blocks, keeps a clock or, once made, allocates.
//
// Levels are in dBm0: a full-scale sine is +3.14 dBm0 in A-law (ITU-T G.711 §4, table 5).
package dsp
