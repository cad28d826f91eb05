package e2e

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dealerline/dealerline/test/peer"
)

// baresip is a softphone made by others that speaks a tone and keeps what it hears in a file.
type baresip struct {
	*peer.Baresip

	t      *testing.T
	server string // the box's address as it knows it
}

// rtpRange is how many ports a baresip needs, rtpPorts where the next one's begin.
const rtpRange = 20

var rtpPorts = func() *atomic.Int32 {
	var n atomic.Int32
	n.Store(int32(21000 + os.Getpid()%100*40)) // apart from those of another run
	return &n
}()

// newBaresip starts a phone on a port of 127.0.0.1: its sound comes from there whatever it is told. account is its line in
// baresip's accounts file; hz is what it says; more are further lines of its configuration.
func newBaresip(t *testing.T, server string, port int, account string, hz float64, more ...string) *baresip {
	t.Helper()
	dir := t.TempDir()
	rtp := int(rtpPorts.Add(rtpRange) - rtpRange)
	return &baresip{t: t, server: server, Baresip: peer.NewBaresip(t, dir, peer.Phone{
		SIP: port, RTP: [2]int{rtp, rtp + rtpRange - 2}, Source: "aufile," + dir + "/says.wav", Accounts: account,
		Files: map[string][]byte{"says.wav": wavFile(toneOf(hz, 90*time.Second))},
		Config: "snd_path " + dir + `
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
jitter_buffer_delay 1-5
rtp_stats yes
module aufile.so
module sndfile.so
` + strings.Join(more, "\n") + "\n",
	})}
}

// heard is what it has kept of its last call so far: the sound of a WAV file whose header is written at the end.
func (p *baresip) heard() []int16 {
	p.t.Helper()
	files, _ := filepath.Glob(filepath.Join(p.Dir, "*-dec.wav"))
	if len(files) == 0 {
		return nil
	}
	slices.Sort(files) // their names begin with the time
	data, err := os.ReadFile(files[len(files)-1])
	if err != nil {
		p.t.Fatal(err)
	}
	var out []int16
	for at := wavHeader; at+2 <= len(data); at += 2 {
		out = append(out, int16(binary.LittleEndian.Uint16(data[at:])))
	}
	return out
}

// wavHeader is how long the header of a WAV file with nothing but the sound is.
const wavHeader = 44
