package appliance

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestOnlyPagesOfTheProgramAreGivenBack(t *testing.T) {
	const maps = `00400000-00452000 r-xp 00000000 08:02 173521  /opt/dealerline
00651000-00652000 r--p 00051000 08:02 173521      /opt/dealerline
00652000-00655000 rw-p 00052000 08:02 173521      /opt/dealerline
00e03000-00e24000 rw-p 00000000 00:00 0           [heap]
7f0000000000-7f0001000000 r--s 00000000 08:02 17  /data/dealerline.db
7f0002000000-7f0003000000 r-xp 00000000 08:02 18  /opt/dealerline2
zz-1 r-xp 00000000 08:02 173521      /opt/dealerline
`
	want := []span{{0x400000, 0x452000}, {0x651000, 0x652000}}
	if got := programPages([]byte(maps), "/opt/dealerline"); !slices.Equal(got, want) {
		t.Errorf("%x, want %x", got, want)
	}
}

// filePages is how much of files is mapped and in memory, in KiB.
func filePages(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "RssFile:")
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return kb
}

// The program goes on, and holds less.
func TestGivingBackLeavesLess(t *testing.T) {
	before := filePages(t)
	if err := giveBack(); err != nil {
		t.Fatal(err)
	}
	if after := filePages(t); after >= before {
		t.Errorf("%d KiB of files were in memory, now %d", before, after)
	}
}
