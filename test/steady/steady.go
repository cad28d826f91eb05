// Package steady runs tests that hear, in real time, what a program does to sound. Such a test is true only on a
// machine that kept its pace: where the tester itself was not run for some milliseconds, a gap in the sound says
// nothing about the program. So a failure counts only when the machine was steady meanwhile.
package steady

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	attempts = 6
	beat     = time.Millisecond
	// stall is how late a thread that does nothing but wait may wake: a third of a frame of sound.
	stall = 7 * time.Millisecond
)

// Try runs test. If that fails while the machine stalled, it is run again, up to six times; a failure on a steady
// machine, or the last one, is the test's.
func Try(t *testing.T, test func(t testing.TB)) {
	t.Helper()
	for n := 1; ; n++ {
		a := &attempt{TB: t}
		worst := a.run(test)
		if !a.failed {
			return
		}
		if worst < stall || n == attempts {
			t.Errorf("on attempt %d, the machine stalled for %v at most:", n, worst)
			for _, line := range a.said {
				t.Error(line)
			}
			return
		}
		t.Logf("attempt %d failed, but the machine stalled for %v: once more", n, worst)
	}
}

// attempt is a test's testing.TB that remembers failures instead of passing them on.
type attempt struct {
	testing.TB

	mu     sync.Mutex
	failed bool
	said   []string
}

// run returns the longest stall seen while the test ran.
func (a *attempt) run(test func(testing.TB)) time.Duration {
	var worst atomic.Int64
	stop, gauged, tested := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gauged)
		gauge(stop, &worst)
	}()
	go func() {
		defer close(tested)
		test(a)
	}()
	<-tested
	close(stop)
	<-gauged
	return time.Duration(worst.Load())
}

// gauge measures how late a waiting thread wakes.
func gauge(stop <-chan struct{}, worst *atomic.Int64) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for {
		before := time.Now()
		select {
		case <-stop:
			return
		case <-time.After(beat):
		}
		if late := time.Since(before) - beat; int64(late) > worst.Load() {
			worst.Store(int64(late))
		}
	}
}

func (a *attempt) fail(s string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.failed = true
	a.said = append(a.said, s)
}

func (a *attempt) Error(args ...any)                 { a.fail(fmt.Sprint(args...)) }
func (a *attempt) Errorf(format string, args ...any) { a.fail(fmt.Sprintf(format, args...)) }
func (a *attempt) Fail()                             { a.fail("failed") }

func (a *attempt) Fatal(args ...any) {
	a.Error(args...)
	runtime.Goexit()
}

func (a *attempt) Fatalf(format string, args ...any) {
	a.Errorf(format, args...)
	runtime.Goexit()
}

func (a *attempt) FailNow() {
	a.Fail()
	runtime.Goexit()
}

func (a *attempt) Failed() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.failed
}
