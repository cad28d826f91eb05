package media

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// child is a process of the relay benchmark: this same program, told by a variable what to be. It speaks in lines of
// JSON on its standard input and output.
type child struct {
	in  io.WriteCloser
	out *bufio.Reader
	cmd *exec.Cmd
}

// processors are the first and the last processor that this process may use.
func processors(tb testing.TB) (first, last int) {
	tb.Helper()
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		tb.Fatal(err)
	}
	first = -1
	for cpu := range len(set) * 64 {
		if set.IsSet(cpu) {
			if last = cpu; first < 0 {
				first = cpu
			}
		}
	}
	return first, last
}

// startChild starts a process on one processor: it inherits that from the thread that starts it. Its runtime counts on all
// processors of the machine, as that of a program in its place does.
func startChild(ctx context.Context, tb testing.TB, cpu int, variable, value string) *child {
	tb.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var before, one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		tb.Fatal(err)
	}
	one.Set(cpu)
	if err := unix.SchedSetaffinity(0, &one); err != nil {
		tb.Fatal(err)
	}
	defer func() {
		if err := unix.SchedSetaffinity(0, &before); err != nil {
			tb.Error(err)
		}
	}()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestChild$", "-test.count=1")
	cmd.Env = append(os.Environ(), variable+"="+value, "GOMAXPROCS="+strconv.Itoa(runtime.NumCPU()))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	return &child{in: in, out: bufio.NewReaderSize(out, 1<<20), cmd: cmd}
}

func (c *child) say(tb testing.TB, v any) {
	tb.Helper()
	if err := json.NewEncoder(c.in).Encode(v); err != nil {
		tb.Fatal(err)
	}
}

func (c *child) hear(tb testing.TB, v any) {
	tb.Helper()
	l, err := c.out.ReadBytes('\n')
	if err != nil {
		tb.Fatal(err)
	}
	if err := json.Unmarshal(l, v); err != nil {
		tb.Fatalf("%v in %q", err, l)
	}
}

func (c *child) end(tb testing.TB) {
	tb.Helper()
	if err := c.in.Close(); err != nil {
		tb.Fatal(err)
	}
}

func (c *child) wait(tb testing.TB) {
	tb.Helper()
	if err := c.cmd.Wait(); err != nil {
		tb.Error(err)
	}
}

// TestChild is the benchmark's other processes; in a test run it has nothing to do.
func TestChild(t *testing.T) {
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	switch {
	case os.Getenv(generatorVariable) != "":
		playPhones(t, in, out)
	case os.Getenv(relayVariable) != "":
		playRelay(t, in, out)
	default:
		t.Skip("only for the relay benchmark")
	}
	os.Exit(0) // no further words on standard output
}
