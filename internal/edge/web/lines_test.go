package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/web"
	"github.com/dealerline/dealerline/internal/lines/exchange"
	"github.com/dealerline/dealerline/internal/lines/fxo"
)

// workshop is a box with one line, which takes three seconds to learn.
type workshop struct{ kept, studied string }

func (*workshop) List() any { return []string{"line1"} }

func (*workshop) Learn(ctx context.Context, name, _ string) (fxo.Profile, error) {
	if name != "line1" {
		return fxo.Profile{}, fault.New(fault.NotFound, "line.unknown", "analog line %q: there is none", name)
	}
	select {
	case <-time.After(3500 * time.Millisecond):
	case <-ctx.Done():
		return fxo.Profile{}, context.Cause(ctx)
	}
	return fxo.China(), nil
}

func (w *workshop) Study(name string, wav io.Reader, right bool) (fxo.Profile, error) {
	data, err := io.ReadAll(wav)
	w.studied = name + string(data)
	if right {
		w.studied += "right"
	}
	return fxo.China(), err
}

func (w *workshop) Keep(_ context.Context, name, by string, p fxo.Profile) (uint64, error) {
	w.kept = name + by + p.Name
	return 7, nil
}

func (*workshop) Capture(context.Context, string) (web.Capture, error) {
	return web.Capture{WAV: []byte("RIFF"), Marks: []web.Mark{{AtMS: 20, Signal: "reversed"}}}, nil
}

func ask(h http.Handler, method, path, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), method, path, strings.NewReader(body)))
	return w
}

func learned(t *testing.T, body io.Reader) (all []web.Learning) {
	t.Helper()
	s := bufio.NewScanner(body)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var l web.Learning
		if err := json.Unmarshal(s.Bytes(), &l); err != nil {
			t.Fatalf("%v in %s", err, s.Text())
		}
		all = append(all, l)
	}
	return all
}

func TestLearningSaysThatItGoesOnAndWhatCameOfIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &workshop{}
		h := web.Control(nil, nil, nil, nil, w, nil, nil, nil)
		got := learned(t, ask(h, "POST", "/lines/line1/learn?number=10086&save=true", "").Body)
		if len(got) != 4 || got[2].Seconds != 3 || got[3].Profile == nil || got[3].Version != 7 || w.kept != "line1localchina" {
			t.Errorf("learning: %+v, kept %q", got, w.kept)
		}
		w.kept = ""
		if got = learned(t, ask(h, "POST", "/lines/line1/learn?number=10086", "").Body); got[3].Version != 0 || w.kept != "" {
			t.Errorf("learning without saving kept %q", w.kept)
		}
		got = learned(t, ask(h, "POST", "/lines/nobody/learn?number=1", "").Body)
		if len(got) != 1 || got[0].Failure == nil || got[0].Failure.Code != "not_found" || got[0].Profile != nil {
			t.Errorf("learning a line that is not there: %+v", got)
		}
	})
}

func TestLinesByHand(t *testing.T) {
	w := &workshop{}
	h := web.Control(nil, nil, nil, nil, w, nil, nil, nil)
	for _, c := range []struct {
		method, path, body, want string
		code                     int
	}{
		{"GET", "/lines", "", `["line1"]`, 200},
		{"POST", "/lines/line1/capture", "", `{"wav":"UklGRg==","marks":[{"at_ms":20,"signal":"reversed"}]}`, 200},
		{"POST", "/lines/line1/study?right=true", "sound", `"profile"`, 200},
		{"POST", "/lines/line1/study?right=perhaps", "", "request.bad_flag", 422},
		{"POST", "/lines/line1/learn?save=2", "", "request.bad_flag", 422},
		{"POST", "/exchange/calls", "{}", "", 404}, // there is no exchange
	} {
		if a := ask(h, c.method, c.path, c.body); a.Code != c.code || !strings.Contains(a.Body.String(), c.want) {
			t.Errorf("%s %s: %d %s", c.method, c.path, a.Code, a.Body)
		}
	}
	if w.studied != "line1soundright" {
		t.Errorf("studied %q", w.studied)
	}
}

func TestPeopleAtTheSimulatedExchange(t *testing.T) {
	ex, err := exchange.New(exchange.Config{Lines: []exchange.LineConfig{{Name: "exchange/1", Number: "66001001"}}})
	if err != nil {
		t.Fatal(err)
	}
	h := web.Exchange(ex)
	for _, c := range []struct {
		method, path, body, want string
		code                     int
	}{
		{"POST", "/exchange/calls", `{"line":"exchange/1","number":"138","script":[{"tone":700,"for":1}]}`, `"id":"0"`, 200},
		{"POST", "/exchange/calls", `{"line":"exchange/1"}`, "exchange.busy", 429},
		{"POST", "/exchange/calls", `{"line":"exchange/9"}`, "exchange.line", 404},
		{"POST", "/exchange/calls", `{"lines":"exchange/1"}`, "request.unreadable", 422},
		{"POST", "/exchange/calls", `{"line":"exchange/1","script":[{"wav":"AAAA"}]}`, "wav.format", 422},
		{"GET", "/exchange/calls/0", "", `{"over":false,"answered":false}`, 200},
		{"GET", "/exchange/calls/-1", "", "exchange.call", 404},
		{"GET", "/exchange/calls/x", "", "exchange.call", 404},
		{"DELETE", "/exchange/calls/0", "", "", 204},
		{"DELETE", "/exchange/calls/1", "", "exchange.call", 404},
		{"PUT", "/exchange/subscribers/10086", `{"outcome":"busy"}`, "", 204},
		{"PUT", "/exchange/subscribers/10086", `{"outcome":"asleep"}`, "exchange.outcome", 422},
		{"GET", "/exchange/subscribers/10086/visits", "", "[]", 200},
		{"POST", "/exchange/lines/2/cut", "", "", 204},
		{"POST", "/exchange/lines/1/burn", "", "exchange.wire", 404},
		{"GET", "/exchange/journal", "", "", 200},
	} {
		if a := ask(h, c.method, c.path, c.body); a.Code != c.code || !strings.Contains(a.Body.String(), c.want) {
			t.Errorf("%s %s %s: %d %s", c.method, c.path, c.body, a.Code, a.Body)
		}
	}
	for range 100 {
		ex.Step()
	}
	if a := ask(h, "GET", "/exchange/calls/0", ""); !strings.Contains(a.Body.String(), `"over":true,"answered":false,"ended_by":"caller"`) {
		t.Errorf("after hanging up: %s", a.Body)
	}
}

// Calls that are over are forgotten at last, those that are not never.
func TestOldCallsAtTheSimulatedExchangeAreForgotten(t *testing.T) {
	ex, err := exchange.New(exchange.Config{Lines: []exchange.LineConfig{{Name: "exchange/1"}, {Name: "exchange/2"}}})
	if err != nil {
		t.Fatal(err)
	}
	h := web.Exchange(ex)
	call := func(id, line int) {
		t.Helper()
		body := fmt.Sprintf(`{"line":"exchange/%d","patience":3600}`, line)
		if a := ask(h, "POST", "/exchange/calls", body); !strings.Contains(a.Body.String(), fmt.Sprintf(`"id":"%d"`, id)) {
			t.Fatalf("call %d: %d %s", id, a.Code, a.Body)
		}
	}
	call(0, 1) // rings all the time
	const more = 100
	for id := 1; id <= more; id++ {
		call(id, 2)
		ask(h, "DELETE", fmt.Sprintf("/exchange/calls/%d", id), "")
		for range 100 {
			ex.Step()
		}
	}
	known := 0
	for id := range more + 1 {
		a := ask(h, "GET", fmt.Sprintf("/exchange/calls/%d", id), "")
		if a.Code == 200 {
			known++
		}
		if over := strings.Contains(a.Body.String(), `"over":true`); id == 0 && (a.Code != 200 || over) || id == more && !over {
			t.Errorf("call %d: %d %s", id, a.Code, a.Body)
		}
	}
	if known != 64 {
		t.Errorf("%d of %d calls are known, want 64", known, more+1)
	}
}
