package media

import (
	"cmp"
	"context"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"
)

// The relay benchmark: calls of two legs, each sending and receiving 50 packets a second, bridged and recorded,
// through this package's packet plane and through the plain way, a goroutine and a socket for each leg.
//
//	go test -run '^$' -bench Relay -benchtime 1x ./internal/sound/media
//
// Two processes take part in a measurement. The generator plays all phones at real pace; the relay is the one that is
// measured, by the CPU time, user and system, that the kernel has charged to that process alone. Where there are two
// processors each process has one to itself, so neither the scheduler's choices nor the generator's appetite enters
// the figures. Both kinds of relay are started alike and hear the same generator.
//
// What reaches a phone is counted and dropped by its socket, as if it were at the far end of a wire: on loopback the
// work of receiving would otherwise be charged to the relay's sending. One phone in sixteen does receive: the kernel
// stamps the packets' arrival, and the time since the generator sent them is the delay. It contains what loopback
// itself takes.
//
// The machine may be shared: a round is one measurement of each kind, one just after the other, and the result is
// the median of the rounds' ratios, beside the least and the greatest. A measurement in which less than 98 % of the
// packets arrived is thrown away, and made again.
//
// MEDIA_BENCH_ROUNDS and MEDIA_BENCH_SECONDS set the number of rounds, 5 unless given, and the length of one
// measurement, 2 unless given.

func BenchmarkRelay(b *testing.B) {
	rounds, seconds := setting("MEDIA_BENCH_ROUNDS", 5), setting("MEDIA_BENCH_SECONDS", 2)
	for _, calls := range []int{100, 300, 600} {
		b.Run("calls="+strconv.Itoa(calls), func(b *testing.B) {
			for range b.N {
				var all [2][]measurement
				var ratios []float64
				for range rounds {
					naive := measure(b, naiveRelay, calls, seconds)
					plane := measure(b, planeRelay, calls, seconds)
					all[0], all[1] = append(all[0], naive), append(all[1], plane)
					ratios = append(ratios, naive.cost/plane.cost)
				}
				b.ReportMetric(median(ratios), "naive/plane")
				b.ReportMetric(slices.Min(ratios), "least-naive/plane")
				b.ReportMetric(slices.Max(ratios), "greatest-naive/plane")
				for i, kind := range [...]string{naiveRelay, planeRelay} {
					b.ReportMetric(pick(all[i], func(m measurement) float64 { return m.cost }), kind+"-cpu-ms/call-s")
					b.ReportMetric(pick(all[i], func(m measurement) float64 { return m.delay50 }), kind+"-p50-ms")
					b.ReportMetric(pick(all[i], func(m measurement) float64 { return m.delay99 }), kind+"-p99-ms")
					b.ReportMetric(pick(all[i], func(m measurement) float64 { return m.delivered }), kind+"-delivered-%")
				}
				b.ReportMetric(pick(all[1], func(m measurement) float64 { return m.allocs }), "plane-allocs/packet")
				b.ReportMetric(0, "ns/op") // says nothing here
			}
		})
	}
}

// setting reads a positive number from the environment.
func setting(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
		return n
	}
	return otherwise
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return (v[len(v)/2] + v[(len(v)-1)/2]) / 2
}

func pick(all []measurement, of func(measurement) float64) float64 {
	v := make([]float64, len(all))
	for i, m := range all {
		v[i] = of(m)
	}
	return median(v)
}

// measurement is what one kind of relay has cost.
type measurement struct {
	cost             float64 // CPU milliseconds per call and second
	allocs           float64 // per packet
	delivered        float64 // percent of the packets sent
	delay50, delay99 float64 // milliseconds from the phone to the other
}

// enough is the share of the packets, in percent, that must have arrived for a measurement to count.
const enough = 98

func measure(tb testing.TB, kind string, calls, seconds int) measurement {
	tb.Helper()
	for range 5 {
		m := measureOnce(tb, kind, calls, seconds)
		if m.delivered >= enough {
			return m
		}
		tb.Logf("%s, %d calls: only %.1f %% arrived, once more", kind, calls, m.delivered)
	}
	tb.Fatalf("%s, %d calls: too few packets arrive", kind, calls)
	return measurement{}
}

func measureOnce(tb testing.TB, kind string, calls, seconds int) measurement {
	tb.Helper()
	ctx, cancel := context.WithCancel(tb.Context())
	defer cancel()
	first, last := processors(tb)
	phones := startChild(ctx, tb, first, generatorVariable, strconv.Itoa(2*calls))
	relay := startChild(ctx, tb, last, relayVariable, kind)
	var far, near []string
	phones.hear(tb, &far)
	relay.say(tb, far)
	relay.hear(tb, &near)
	phones.say(tb, near)
	time.Sleep(700 * time.Millisecond)
	var before, after usage
	relay.say(tb, nil)
	relay.hear(tb, &before)
	phones.say(tb, nil)
	time.Sleep(time.Duration(seconds) * time.Second)
	relay.say(tb, nil)
	relay.hear(tb, &after)
	phones.end(tb)
	var t traffic
	phones.hear(tb, &t)
	phones.wait(tb)
	relay.end(tb)
	relay.wait(tb)
	elapsed := after.At - before.At
	packets := float64(2*calls) * 50 * elapsed.Seconds()
	slices.SortFunc(t.Delays, cmp.Compare)
	m := measurement{
		cost:      float64(after.CPU-before.CPU) / float64(time.Millisecond) / float64(calls) / elapsed.Seconds(),
		allocs:    float64(after.Mallocs-before.Mallocs) / packets,
		delivered: 100 * float64(t.Received) / float64(max(1, t.Sent)),
	}
	if n := len(t.Delays); n > 0 {
		m.delay50 = float64(t.Delays[n/2]) / float64(time.Millisecond)
		m.delay99 = float64(t.Delays[n*99/100]) / float64(time.Millisecond)
	}
	return m
}
