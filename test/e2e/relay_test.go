package e2e

import (
	"net"
	"strings"
	"sync/atomic"
	"testing"
)

// relay stands between a baresip and its box and takes the SHA-256 challenges out: the baresip of Debian 12 gives up
// on a challenge that is not MD5, instead of looking at the next one as RFC 8760 §2.4 asks. Everything else passes
// unchanged. It sends from 127.0.0.1, where the phone's sound comes from too. It returns the address under which the phone finds the box.
func relay(t *testing.T, b *box) string {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	server := &net.UDPAddr{IP: net.ParseIP(b.ip), Port: 5060}
	var phone atomic.Pointer[net.UDPAddr]
	go func() {
		buf := make([]byte, 65536)
		for {
			n, from, err := conn.ReadFromUDP(buf)
			if err != nil {
				return
			}
			if !from.IP.Equal(server.IP) {
				phone.Store(from)
				_, _ = conn.WriteToUDP(buf[:n], server)
				continue
			}
			if to := phone.Load(); to != nil {
				_, _ = conn.WriteToUDP([]byte(onlyMD5(string(buf[:n]))), to)
			}
		}
	}()
	return conn.LocalAddr().String()
}

func onlyMD5(text string) string {
	head, body, _ := strings.Cut(text, "\r\n\r\n")
	var keep []string
	for _, l := range strings.Split(head, "\r\n") {
		if !strings.Contains(l, "SHA-256") {
			keep = append(keep, l)
		}
	}
	return strings.Join(keep, "\r\n") + "\r\n\r\n" + body
}
