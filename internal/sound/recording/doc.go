// Package recording keeps the sound of calls: one WAV file and one verdict for every call that was to be recorded.
//
//	            row written, file created
//	Record ──▶ Open ──▶ … 0.5 s pieces written, synced every 0.4 s … ──▶ Close ──▶ Kept    (header, SHA-256, row)
//	             │                                                         ▲
//	             │ disk full, write error, disk too slow                   │ Repair after a crash: header from the
//	             ▼                                                         │ file's length, SHA-256, row
//	           Failed (what was written stays and can be played)  ◀────────┘ nothing to repair
//
// When the free space falls below the watermark nothing new is recorded, and what runs is closed with what it has: Kept,
// with the reason noted. The call's later sound is not recorded, also if there is room again.
//
// The media loop only copies 320 octets and, every half second, hands a filled buffer on. Writing, syncing and
// hashing happen in two goroutines of the [Archive]. A full disk, a slow disk or a crash never touches the call:
// it only shows in the verdict. After kill -9 or a power cut less than one second of sound is missing.
//
// Files are A-law WAV, 8 kHz: the caller left, everybody else right, 16,000 octets a second; or the caller alone.
package recording
