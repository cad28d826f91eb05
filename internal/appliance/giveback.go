package appliance

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// giveBack returns to the kernel what only the start needed: garbage, above all that of the API's description, and the
// pages of the program itself that were read then (code that ran once, tables, recordings that were copied). Those stay in
// the page cache as long as there is room, and what is needed again is mapped again without reading anything.
func giveBack() error {
	debug.FreeOSMemory()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return fmt.Errorf("give back memory: %w", err)
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("give back memory: %w", err)
	}
	var all []error
	for _, m := range programPages(maps, self) {
		if _, _, e := unix.Syscall(unix.SYS_MADVISE, m.from, m.to-m.from, unix.MADV_DONTNEED); e != 0 {
			all = append(all, fmt.Errorf("give back memory: %w", e))
		}
	}
	return errors.Join(all...)
}

// span is a range of addresses.
type span struct{ from, to uintptr }

// programPages finds where a file is mapped and cannot be written, in the form of proc_pid_maps(5): what lies there can be
// read again from the file.
//
//	00400000-00452000 r-xp 00000000 08:02 173521 /usr/bin/dealerline
func programPages(maps []byte, file string) (list []span) {
	for lines := bufio.NewScanner(bytes.NewReader(maps)); lines.Scan(); {
		f := strings.Fields(lines.Text())
		if len(f) != 6 || f[5] != file || f[1] != "r-xp" && f[1] != "r--p" {
			continue
		}
		from, to, _ := strings.Cut(f[0], "-")
		a, errA := strconv.ParseUint(from, 16, strconv.IntSize)
		b, errB := strconv.ParseUint(to, 16, strconv.IntSize)
		if errA == nil && errB == nil && a < b {
			list = append(list, span{uintptr(a), uintptr(b)})
		}
	}
	return list
}
