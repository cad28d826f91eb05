package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/dealerline/dealerline/internal/sound/dsp/callerid"
	"github.com/dealerline/dealerline/test/spandsp"
	"github.com/dealerline/dealerline/test/spandsp/corpus"
)

const messages = 20

// condition is a line, and an exchange, that a message comes over.
type condition struct {
	name       string
	level, snr float64
	spoil      func(s []int16, data int) // data is where the message begins
	options    []callerid.Option
}

func callerID(ctx context.Context, p *spandsp.Peer) error {
	fmt.Printf("FSK caller ID: messages of %d read whole             Bell 202        V.23\n", messages)
	fmt.Println("                                                   ours spandsp    ours spandsp")
	fast := callerid.Skew(0.01, 0.01)
	for _, c := range []condition{
		{name: "clean", level: -14, snr: 60},
		{name: "12 dB SNR", level: -25, snr: 12},
		{name: "25 dB SNR", level: -32, snr: 25},
		{name: "18 dB SNR", level: -36, snr: 18},
		{name: "25 dB SNR", level: -40, snr: 25},
		{name: "15 dB SNR", level: -40, snr: 15},
		{name: "baud and frequency +1 %, 18 dB", level: -20, snr: 18, options: []callerid.Option{fast}},
		{name: "baud +1 %, frequency −1 %, 18 dB", level: -20, snr: 18, options: []callerid.Option{callerid.Skew(0.01, -0.01)}},
		{name: "seizure of 40 bits, 18 dB", level: -20, snr: 18, options: []callerid.Option{callerid.Seizure(40)}},
		{name: "no seizure, 18 dB", level: -20, snr: 18, options: []callerid.Option{callerid.Seizure(0)}},
		{name: "no seizure, 30 marks, 18 dB", level: -20, snr: 18, options: []callerid.Option{callerid.Seizure(0), callerid.Marks(30)}},
		{name: "hum of 50 Hz at −20 dBm0, 18 dB", level: -25, snr: 18, spoil: func(s []int16, _ int) { corpus.Hum(s, 50, -20) }},
		{name: "click of the ring trip in the seizure, 18 dB", level: -25, snr: 18, spoil: func(s []int16, at int) { corpus.Click(s[at+800:]) }},
	} {
		fmt.Printf("  %-45s %4.0f dBm0", c.name, c.level)
		for _, std := range []callerid.Standard{callerid.Bell202, callerid.V23} {
			mine, theirs, err := c.count(ctx, p, std)
			if err != nil {
				return err
			}
			fmt.Printf("   %2d %5d   ", mine, theirs)
		}
		fmt.Println()
	}
	return nil
}

// count is how many messages we and spandsp read.
func (c condition) count(ctx context.Context, p *spandsp.Peer, std callerid.Standard) (mine, theirs int, err error) {
	m := callerid.Message{Number: "13800138000", Name: "WANG XIAOMING", Month: 5, Day: 17, Hour: 9, Minute: 41}
	data, err := callerid.Encode(m, callerid.MDMF)
	if err != nil {
		return 0, 0, fmt.Errorf("encode: %w", err)
	}
	r := rand.New(rand.NewPCG(uint64(-c.level), uint64(c.snr)))
	var s []int16
	for range messages {
		one := make([]int16, 4000+r.IntN(160))
		begin, block := len(one), make([]int16, 160)
		sender := callerid.NewSender(std, data, c.level, c.options...)
		for more := true; more; {
			more = sender.Next(block)
			one = append(one, block...)
		}
		one = append(one, make([]int16, 1600)...)
		if c.spoil != nil {
			c.spoil(one, begin)
		}
		corpus.Noise(r, one, c.level-c.snr)
		s = append(s, one...)
	}
	receiver := callerid.NewReceiver(std)
	for i := 0; i < len(s); i += 160 {
		if got := receiver.Write(s[i:min(i+160, len(s))]); slices.Equal(got, data) {
			mine++
		}
	}
	all, err := p.ReceiveMessages(ctx, std == callerid.V23, s)
	for _, got := range all {
		if slices.Equal(got, data) {
			theirs++
		}
	}
	return mine, theirs, err
}
