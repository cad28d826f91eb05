package health

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// RoomOf is the room on the disk of a directory; days is for how many days recording takes perDay octets.
func RoomOf(dir string, perDay uint64) (Disk, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return Disk{}, fmt.Errorf("measure the disk of %s: %w", dir, err)
	}
	size := uint64(s.Bsize) //nolint:gosec // a block's size
	d := Disk{Free: s.Bavail * size, Total: s.Blocks * size}
	if perDay > 0 {
		d.Days = int(min(d.Free/perDay, 3650)) //nolint:gosec // at most ten years
	}
	return d, nil
}

// ClockNow asks the kernel how far the clock can be trusted (adjtimex(2)).
func ClockNow() Clock {
	var t unix.Timex
	state, err := unix.Adjtimex(&t)
	const unsynchronised = 0x40 // STA_UNSYNC
	return Clock{
		Synchronised: err == nil && state != unix.TIME_ERROR && t.Status&unsynchronised == 0,
		ErrorSeconds: float64(t.Maxerror) / 1e6,
	}
}
