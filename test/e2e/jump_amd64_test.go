package e2e

import (
	"debug/elf"
	"encoding/binary"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/dealerline/dealerline/test/peer"
)

// wall is the clock on the wall as a running box reads it. The box asks the kernel's shared page for the time, by a
// pointer; that pointer is led through a few instructions that add a number of seconds. They lie where the doctor
// command is, which a running box has no use for. The monotonic clock goes on as it was, as it does when a clock is set.
type wall struct {
	t   *testing.T
	mem *os.File
	at  int64 // of the number of seconds
}

// wallOf takes hold of a running box's clock.
func wallOf(b *box) *wall {
	b.t.Helper()
	pointer, free := symbols(b.t)
	mem, err := os.OpenFile(fmt.Sprintf("/proc/%d/mem", b.cmd.Process.Pid), os.O_RDWR, 0)
	if err != nil {
		unable(b.t, err)
	}
	b.t.Cleanup(func() { _ = mem.Close() })
	kernels := make([]byte, 8)
	if _, err := mem.ReadAt(kernels, pointer); err != nil {
		unable(b.t, err)
	}
	if binary.LittleEndian.Uint64(kernels) == 0 {
		unable(b.t, fmt.Errorf("the kernel shares no clock"))
	}
	code := []byte{0x57, 0x56, 0x48, 0x83, 0xec, 0x08, 0x48, 0xb8} // push rdi, rsi; sub rsp, 8; mov rax, …
	code = append(code, kernels...)
	code = append(code, 0xff, 0xd0, 0x48, 0x83, 0xc4, 0x08, 0x5e, 0x5f) // call rax; add rsp, 8; pop rsi, rdi
	code = append(code, 0x85, 0xff, 0x75, 0x07, 0x48, 0x81, 0x06)       // if edi == CLOCK_REALTIME: add [rsi], …
	w := &wall{b.t, mem, free + int64(len(code))}
	code = append(code, 0, 0, 0, 0, 0xc3) // ret
	if _, err := mem.WriteAt(code, free); err != nil {
		unable(b.t, err)
	}
	if _, err := mem.WriteAt(binary.LittleEndian.AppendUint64(nil, uint64(free)), pointer); err != nil { //nolint:gosec // an address
		b.t.Fatal(err)
	}
	return w
}

// unable ends a test that needs to change a running program, where nobody may.
func unable(t *testing.T, err error) {
	t.Helper()
	peer.Missing(t, "cannot set the clock of a running box: %v", err)
}

// symbols finds the pointer to the kernel's clock, and room for a few instructions.
func symbols(t *testing.T) (pointer, free int64) {
	t.Helper()
	f, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	list, err := f.Symbols()
	if err != nil || f.Type != elf.ET_EXEC {
		peer.Missing(t, "the program has no symbols or no place of its own: %v", err)
	}
	for _, s := range list {
		switch s.Name {
		case "runtime.vdsoClockgettimeSym":
			pointer = int64(s.Value) //nolint:gosec // an address
		case "main.doctor":
			free = int64(s.Value) //nolint:gosec // an address
		}
	}
	if pointer == 0 || free == 0 {
		t.Fatal("the program has no such symbols")
	}
	return pointer, free
}

// shift sets the clock this far from the true time.
func (w *wall) shift(by time.Duration) {
	w.t.Helper()
	seconds := binary.LittleEndian.AppendUint32(nil, uint32(int32(by/time.Second))) //nolint:gosec // two's complement
	if _, err := w.mem.WriteAt(seconds, w.at); err != nil {
		w.t.Fatal(err)
	}
}

// The clock is set while calls are up, far ahead and then back behind where it was: they go on, phones stay reachable
// and agents signed in, and each record tells times in their order and of the right length.
func TestClockJumpsWhileRunning(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	agent, out := agentPhone(b, "8001"), trunkPeer(b)
	clock := wallOf(b)
	true0 := time.Now()
	shifts := []time.Duration{0, 400 * 24 * time.Hour, -30 * 24 * time.Hour, 0}
	for i, number := range []string{"700", "701", "702"} {
		c, d := talking(b, out, agent, number)
		time.Sleep(time.Second)
		clock.shift(shifts[i+1])
		hears(t, "the caller after the jump", c.listen(600*time.Millisecond), 1000, 440)
		d.hold(true)
		time.Sleep(500 * time.Millisecond)
		d.hold(false)
		d.hangup()
		c.over()
		r := b.callTo(number)
		if r.Disposition != "answered" || r.Cause != "normal_clearing" {
			t.Errorf("%s: %s, %s", number, r.Disposition, r.Cause)
		}
		began := r.StartedAt.Sub(true0.Add(shifts[i]))
		if began < -2*time.Second || began > time.Minute {
			t.Errorf("%s: begins at %s, which is %s from what the clock said", number, r.StartedAt, began)
		}
		times := []time.Time{r.StartedAt, r.AnsweredAt, r.QueuedAt, r.ConnectedAt, r.EndedAt}
		for k := 1; k < len(times); k++ {
			if gap := times[k].Sub(times[k-1]); gap < 0 || gap > 30*time.Second {
				t.Errorf("%s: %s from time %d to time %d of %v", number, gap, k-1, k, times)
			}
		}
		if r.HeldFor < 300*time.Millisecond || r.HeldFor > 5*time.Second {
			t.Errorf("%s: held for %s", number, r.HeldFor)
		}
		if e := b.kept(r.Recording); e.Length < time.Second || e.Length > 30*time.Second {
			t.Errorf("%s: the recording is %s long", number, e.Length)
		}
		if a := b.agent("1001"); a.Status != "available" {
			t.Errorf("%s: the agent is %s", number, a.Status)
		}
		if status := agent.register(300); status != 200 {
			t.Errorf("%s: the phone registers again: %d", number, status)
		}
	}
}
