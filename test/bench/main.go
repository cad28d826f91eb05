// Command bench measures the running box from outside, the way docs/bench.md says: it starts bin/appliance on loopback,
// plays callers and agents with a minimal SIP of its own, and reads the box's own CPU time and memory from /proc.
//
//	go run ./test/bench            all figures, one after another
//	go run ./test/bench -only NAME one of: start, idle, queue, menu, load, recorded, book, due
//
// book measures the store by itself, with a dealership's data (STORE_BENCH=full: all of it), which it keeps in var/bench.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"time"
)

func main() {
	binary := flag.String("binary", "bin/appliance", "the program to measure")
	only := flag.String("only", "", "one measurement")
	seconds := flag.Int("seconds", 10, "length of each load")
	flag.Parse()
	for _, m := range []struct {
		name  string
		run   func(binary string, length time.Duration) error
		asked bool // runs only when it is named
	}{
		{"start", benchStart, false},
		{"idle", benchIdle, false},
		{"queue", benchQueue, false},
		{"menu", benchMenu, false},
		{"load", benchLoad, false},
		{"recorded", benchRecorded, false},
		{"book", benchBook, false},
		{"due", benchDue, false},
		{"book-read", benchRead, true},
		{"book-cold", benchCold, true},
		{"book-write", benchWrite, true},
		{"book-commits", benchCommitted, true},
	} {
		if *only != m.name && (*only != "" || m.asked) {
			continue
		}
		if err := m.run(*binary, time.Duration(*seconds)*time.Second); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", m.name, err)
			os.Exit(1)
		}
	}
}

// row prints one figure with its goal.
func row(what string, got float64, unit, goal string) {
	fmt.Printf("%-58s %9.2f %-10s goal %s\n", what, got, unit, goal)
}

func percentile(d []time.Duration, p float64) float64 {
	if len(d) == 0 {
		return 0
	}
	slices.Sort(d)
	return float64(d[min(int(p*float64(len(d))), len(d)-1)].Microseconds()) / 1000
}

// benchStart measures from exec to the first answered INVITE, five times.
func benchStart(binary string, _ time.Duration) error {
	var all []time.Duration
	for range 5 {
		b, err := newBox(binary)
		if err != nil {
			return err
		}
		c, err := newCallers(b)
		if err != nil {
			return err
		}
		began := time.Now()
		if err := b.start(false); err != nil {
			return err
		}
		if err := c.untilAnswered("4001", 5*time.Second); err != nil {
			return err
		}
		all = append(all, time.Since(began))
		c.close()
		b.stop()
	}
	row("exec to first answered INVITE, median of 5", percentile(all, 0.5), "ms", "≤ 300")
	return nil
}

func benchIdle(binary string, _ time.Duration) error {
	b, err := newBox(binary)
	if err != nil {
		return err
	}
	defer b.stop()
	if err := b.start(true); err != nil {
		return err
	}
	time.Sleep(3 * time.Second)
	row("idle memory (VmRSS)", b.rss(), "MiB", "≤ 40")
	row("  of it anonymous (RssAnon)", b.rssAnon(), "MiB", "")
	cpu := b.cpu()
	time.Sleep(5 * time.Second)
	row("idle CPU", (b.cpu()-cpu).Seconds()/5*100, "% of core", "")
	return nil
}

// benchQueue calls straight into a queue at 50/s and measures the way from the caller's INVITE to the agent's.
func benchQueue(binary string, length time.Duration) error {
	return withAgents(binary, 100, "all", func(b *box, c *callers, a *agents) error {
		cpu := b.cpu()
		n := c.load("4002", 50, length, time.Second, "")
		c.wait(5 * time.Second)
		used := b.cpu() - cpu
		row("queue at 50/s: INVITE to agent's INVITE, p50", percentile(a.delays(c), 0.5), "ms", "")
		row("queue at 50/s: INVITE to agent's INVITE, p99", percentile(a.delays(c), 0.99), "ms", "≤ 5")
		row("queue at 50/s: CPU per recorded call", used.Seconds()*1000/float64(n), "ms", "")
		row("queue at 50/s: calls not answered", float64(n-c.answered()), "calls", "0")
		return nil
	})
}

// menuRates are the loads of the menu's measurements, in calls a second. The lower the rate, the more of a call's cost is
// waking an idle machine: the goals are for a box at work.
var menuRates = []int{50, 100, 300, 500} //nolint:gochecknoglobals // a constant list

// talkTime is what is left of a call once it has reached its agent: it is the way there that is measured.
const talkTime = 300 * time.Millisecond

// benchMenu calls the menu and presses one key: for a second prompt, and for a queue and an agent.
func benchMenu(binary string, length time.Duration) error {
	for _, record := range []string{"none", "all"} {
		err := withAgents(binary, 400, record, func(b *box, c *callers, _ *agents) error {
			for _, rate := range menuRates {
				measure := func(what, to, key, goal string, hold time.Duration) {
					c.reset()
					cpu := b.cpu()
					n := c.load(to, rate, length, hold, key)
					c.wait(8 * time.Second)
					what = fmt.Sprintf("%s, %d/s", what, rate)
					row(what+": CPU per call", (b.cpu()-cpu).Seconds()*1000/float64(n), "ms", goal)
					row(what+": calls not answered", float64(n-c.answered()), "calls", "0")
				}
				if record == "none" {
					measure("menu, one RFC 4733 digit, second prompt", "4001", "5", "≤ 2", 2*time.Second)
					measure("menu, digit, queue, agent", "4003", "1", "≤ 1.5", pressAfter+talkTime)
					continue
				}
				measure("menu, digit, queue, agent, recorded", "4003", "1", "", pressAfter+talkTime)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// benchLoad offers 500 calls a second to a queue.
func benchLoad(binary string, length time.Duration) error {
	return withAgents(binary, 400, "all", func(b *box, c *callers, a *agents) error {
		cpu, began := b.cpu(), time.Now()
		n := c.load("4002", 500, length, 100*time.Millisecond, "")
		offered := float64(n) / time.Since(began).Seconds()
		c.wait(10 * time.Second)
		row("load: calls offered", offered, "per s", "500")
		row("load: calls not answered", float64(n-c.answered()), "calls", "0")
		row("load: INVITE to agent's INVITE, p99", percentile(a.delays(c), 0.99), "ms", "")
		row("load: CPU per recorded call", (b.cpu()-cpu).Seconds()*1000/float64(n), "ms", "≤ 1.5")
		return nil
	})
}

// benchRecorded holds 200 recorded calls with sound both ways.
func benchRecorded(binary string, length time.Duration) error {
	return withAgents(binary, 200, "all", func(b *box, c *callers, a *agents) error {
		c.sound, a.sound = true, true
		n := c.load("4002", 100, 2*time.Second, length+2*time.Second, "")
		time.Sleep(500 * time.Millisecond)
		cpu, began := b.cpu(), time.Now()
		time.Sleep(length - time.Second)
		used, took := b.cpu()-cpu, time.Since(began)
		row("200 recorded calls: memory (VmRSS)", b.rss(), "MiB", "≤ 80")
		row("200 recorded calls: CPU per call-second", used.Seconds()*1000/took.Seconds()/float64(n), "ms", "")
		c.wait(length + 5*time.Second)
		row("200 recorded calls: not answered", float64(n-c.answered()), "calls", "0")
		return nil
	})
}

// withAgents runs a measurement on a box with n agents signed in.
func withAgents(binary string, n int, record string, run func(*box, *callers, *agents) error) error {
	b, err := newBox(binary)
	if err != nil {
		return err
	}
	defer b.stop()
	b.agents, b.record = n, record
	return b.withAgents(func(c *callers, a *agents) error { return run(b, c, a) })
}

// withAgents starts the box, signs its agents in and runs a measurement.
func (b *box) withAgents(run func(*callers, *agents) error) error {
	if err := b.start(true); err != nil {
		return err
	}
	a, err := newAgents(b, b.agents)
	if err != nil {
		return err
	}
	defer a.close()
	c, err := newCallers(b)
	if err != nil {
		return err
	}
	defer c.close()
	if err := c.untilAnswered("4001", 5*time.Second); err != nil {
		return err
	}
	c.reset()
	time.Sleep(4 * time.Second) // until the last sign-in has heard that it is signed in, and its phone is free
	return run(c, a)
}
