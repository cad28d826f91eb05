// Package progress recognises call progress tones: dial tone, ringback, busy and their like, which a line sends
// instead of words, and by which most analog lines say that the other side has hung up.
//
// A [Profile] says what a line's tones are; [China] is the network's. A [Detector] follows them in sound. A [Learner]
// measures what an unknown line sends, for a profile of its own.
//
// A detector that judges by loudness takes a conference, or keys pressed at the tone's pace, for a busy tone. This
// one counts only sound that is one pure frequency, and pauses that are quiet:
//
//	           tone 30 ms                   quiet 30 ms
//	Idle ────────────────▶ Sounding ─────────────────────▶ Pausing
//	 ▲                      │  ▲                             │  │
//	 │    other 40 ms       │  └─────────────────────────────┘  │
//	 ├──────────────────────┘            tone 30 ms             │
//	 └──────────────────────────────────────────────────────────┘
//	                         other 40 ms
//
// Sound is judged every 10 ms over 20 ms: tone is what lies within the tolerance of a frequency and has 70 % of the
// power there, 50 % once it sounds; quiet is 8 dB less of the tone with nothing as loud as it was; other is all else:
// speech, music, DTMF. So a prompt's echo may be heard besides. Each sounding and pause is measured between the edges
// of the tone's power, to about 2 ms. Leaving for Idle forgets all that was counted. A tone is reported at the end of
// a sounding when the last soundings and pauses fit its cadence, and were of one frequency and one level.
package progress
