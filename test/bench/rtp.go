package main

import (
	"encoding/binary"
	"net"
	"time"
)

// sink reads and forgets what the box sends.
func sink(c *net.UDPConn) {
	buf := make([]byte, 2048)
	for {
		if _, err := c.Read(buf); err != nil {
			return
		}
	}
}

func header(pt byte, seq uint16, ts, ssrc uint32, payload int) []byte {
	p := make([]byte, 12+payload)
	p[0], p[1] = 0x80, pt
	binary.BigEndian.PutUint16(p[2:], seq)
	binary.BigEndian.PutUint32(p[4:], ts)
	binary.BigEndian.PutUint32(p[8:], ssrc)
	return p
}

// talk sends a packet of A-law every 20 ms until quit.
func talk(port int, quit <-chan struct{}) {
	c, err := net.DialUDP("udp", nil, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	if err != nil {
		return
	}
	defer func() { _ = c.Close() }()
	t := time.NewTicker(20 * time.Millisecond)
	defer t.Stop()
	for n := uint32(0); ; n++ {
		select {
		case <-quit:
			return
		case <-t.C:
		}
		p := header(8, uint16(n), n*160, uint32(port), 160) //nolint:gosec // wraps on purpose
		for i := range 160 {
			p[12+i] = 0xD5
		}
		_, _ = c.Write(p) // a call that is over needs no sound
	}
}

// press sends one key by RFC 4733: 100 ms, three end packets.
func (c *callers) press(k *customer) {
	to := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: k.port}
	event := k.key[0] - '0'
	for i := range 8 {
		p := header(101, uint16(i), 8000, uint32(k.port), 4) //nolint:gosec // small
		if i == 0 {
			p[1] |= 0x80
		}
		p[12] = event
		p[13] = 10
		if i >= 5 {
			p[13] |= 0x80
		}
		binary.BigEndian.PutUint16(p[14:], uint16(min(i+1, 5)*160)) //nolint:gosec // small
		_, _ = c.rtp.WriteToUDP(p, to)
		time.Sleep(20 * time.Millisecond)
	}
}
