package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/edge/web"
	"github.com/dealerline/dealerline/internal/lines/fxo"
)

// withLines gives a box the simulated exchange and a line for each of its ports: line1 to line8 in the group "lines",
// which is the way out for numbers that begin with 6.
func withLines(change func(b *box, d *document)) func(b *box, d *document) {
	return func(b *box, d *document) {
		b.lines = true
		for i := range 8 {
			d.Analog.Lines = append(d.Analog.Lines, fxo.LineSettings{
				Name: fmt.Sprintf("line%d", i+1), Device: fmt.Sprintf("exchange/%d", i+1), Group: "lines", Number: fmt.Sprintf("6600100%d", i+1),
			})
		}
		d.Analog.Groups = []fxo.GroupSettings{{Name: "lines", Choose: fxo.FromHighest}}
		d.Outbound = append([]settings.OutboundRule{{Match: "6XXXXXXX", Trunks: []string{"lines"}}}, d.Outbound...)
		if change != nil {
			change(b, d)
		}
	}
}

// people plays people at the simulated exchange.
func (b *box) people(method, path string, body, into any) {
	b.t.Helper()
	b.control(method, "/exchange"+path, body, into)
}

// control speaks with the box's control socket.
func (b *box) control(method, path string, body, into any) {
	b.t.Helper()
	var data []byte
	if body != nil {
		var err error
		if data, err = json.Marshal(body); err != nil {
			b.t.Fatal(err)
		}
	}
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", filepath.Join(b.dir, "control.sock"))
		},
	}}
	req, err := http.NewRequestWithContext(b.t.Context(), method, "http://box"+path, bytes.NewReader(data))
	if err != nil {
		b.t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	answer, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil || resp.StatusCode/100 != 2 {
		b.t.Fatalf("%s %s: %d %s %v", method, path, resp.StatusCode, answer, err)
	}
	if into != nil {
		decode(b, string(answer), into)
	}
}

// customer is somebody who calls on an analog line.
type customer struct {
	b  *box
	id string
}

// callIn has somebody call on line exchange/n.
func (b *box) callIn(n int, who web.Person) customer {
	b.t.Helper()
	who.Line = fmt.Sprintf("exchange/%d", n)
	var made struct {
		ID string `json:"id"`
	}
	b.people("POST", "/calls", who, &made)
	return customer{b, made.ID}
}

// met is how it is going, or went.
func (c customer) met() web.Met {
	c.b.t.Helper()
	var m web.Met
	c.b.people("GET", "/calls/"+c.id, nil, &m)
	return m
}

// over waits for the end of the customer's call.
func (c customer) over(limit time.Duration) web.Met {
	c.b.t.Helper()
	var m web.Met
	c.b.until(limit, "the customer's call is over", func() bool {
		m = c.met()
		return m.Over
	})
	return m
}

// heardIn is what a WAV holds, mono.
func heardIn(t *testing.T, data []byte) []int16 {
	t.Helper()
	file := filepath.Join(t.TempDir(), "heard.wav")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return wav(t, file)[0]
}

// lineState is the state of a line in status.
func (b *box) lineState(name string) string {
	b.t.Helper()
	var s struct {
		Lines []struct{ Name, State string }
	}
	decode(b, b.do("status"), &s)
	for _, l := range s.Lines {
		if l.Name == name {
			return l.State
		}
	}
	return ""
}

// subscriber puts somebody at a number that the box can call over its lines.
func (b *box) subscriber(number string, who web.Person) {
	b.t.Helper()
	b.people("PUT", "/subscribers/"+number, who, nil)
}

// visits are the calls that somebody answered and that are over.
func (b *box) visits(number string) (all []web.Met) {
	b.t.Helper()
	b.people("GET", "/subscribers/"+number+"/visits", nil, &all)
	return all
}

// settings are those in force.
func (b *box) settings() *document {
	b.t.Helper()
	d := new(document)
	decode(b, b.do("settings", "export"), d)
	return d
}

// healthz is what the health page says.
func (b *box) healthz() string {
	b.t.Helper()
	return b.page("/healthz")
}

// callOn waits for the record of a call that came in on a line.
func (b *box) callOn(name string) (found record) {
	b.t.Helper()
	b.until(10*time.Second, "a record of the call on "+name, func() bool {
		for _, r := range b.calls() {
			if r.Line == name {
				found = r
				return true
			}
		}
		return false
	})
	return found
}
