package e2e

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// person is somebody at a browser, or a program, that speaks with the box's API over HTTPS. It trusts the box's own
// authority and nobody else.
type person struct {
	b    *box
	http *http.Client
}

const personPassword = "Dengfeng-1276"

func (b *box) visitor() *person {
	b.t.Helper()
	pem, err := os.ReadFile(filepath.Join(b.dir, "tls", "authority.crt"))
	if err != nil {
		b.t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		b.t.Fatal("the authority's certificate cannot be read")
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "localhost"}, ForceAttemptHTTP2: true}
	b.t.Cleanup(tr.CloseIdleConnections)
	return &person{b, &http.Client{Transport: tr, Jar: jar}}
}

// ask sends a request and reads the answer into into; it must be a success.
func (p *person) ask(method, path string, body, into any) {
	p.b.t.Helper()
	status, data := p.try(method, path, body)
	if status/100 != 2 {
		p.b.t.Fatalf("%s %s: %d %s", method, path, status, data)
	}
	if into != nil {
		decode(p.b, string(data), into)
	}
}

func (p *person) try(method, path string, body any, more ...string) (status int, data []byte) {
	p.b.t.Helper()
	res := p.request(method, path, body, more...)
	data, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		p.b.t.Fatal(err)
	}
	return res.StatusCode, data
}

func (p *person) request(method, path string, body any, more ...string) *http.Response {
	p.b.t.Helper()
	var send io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			p.b.t.Fatal(err)
		}
		send = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(p.b.t.Context(), method, "https://"+p.b.ip+":8443/api/v1"+path, send)
	if err != nil {
		p.b.t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(more); i += 2 {
		req.Header.Set(more[i], more[i+1])
	}
	res, err := p.http.Do(req)
	if err != nil {
		p.b.t.Fatal(err)
	}
	return res
}

// admin sets the box up with the code that lies in its data directory.
func (b *box) admin() *person {
	b.t.Helper()
	code, err := os.ReadFile(filepath.Join(b.dir, "setup-code"))
	if err != nil {
		b.t.Fatal(err)
	}
	p := b.visitor()
	p.ask("POST", "/setup/admin", map[string]string{"code": string(code), "login": "admin", "name": "店长", "password": personPassword}, nil)
	return p
}

// seat makes a user who is an agent of the queues, and signs them in.
func (p *person) seat(agent, extension string) *person {
	p.b.t.Helper()
	login := "agent" + agent
	p.ask("POST", "/users", map[string]any{
		"login": login, "name": "坐席" + agent, "role": "agent", "agent": agent, "extension": extension, "password": personPassword + "1",
	}, nil)
	a := p.b.visitor()
	a.ask("POST", "/session", map[string]string{"login": login, "password": personPassword + "1"}, nil)
	a.ask("POST", "/session/password", map[string]string{"current_password": personPassword + "1", "new_password": personPassword}, nil)
	return a
}

// news is one event of the stream.
type news struct {
	Event string
	Data  map[string]any
}

// watch reads the stream of events until the test ends.
func (p *person) watch(topics string) *feed {
	p.b.t.Helper()
	res := p.request("GET", "/events?topics="+topics, nil) //nolint:bodyclose // closed when the test ends
	if res.StatusCode != http.StatusOK {
		p.b.t.Fatalf("events: %d", res.StatusCode)
	}
	f := &feed{b: p.b}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.read(res.Body)
	}()
	p.b.t.Cleanup(func() {
		_ = res.Body.Close()
		<-done
	})
	p.b.until(5*time.Second, "the stream has begun", func() bool { return f.count("ping") > 0 })
	return f
}

// feed is what a stream has brought.
type feed struct {
	b   *box
	mu  sync.Mutex
	all []news
}

func (f *feed) read(r io.Reader) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	var event string
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			event = name
		}
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			n := news{Event: event}
			if json.Unmarshal([]byte(data), &n.Data) == nil {
				f.mu.Lock()
				f.all = append(f.all, n)
				f.mu.Unlock()
			}
			event = ""
		}
	}
}

func (f *feed) of(event string) (list []news) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, n := range f.all {
		if n.Event == event {
			list = append(list, n)
		}
	}
	return list
}

func (f *feed) count(event string) int { return len(f.of(event)) }

// at reads a value by its path: "card.name", "known.0.vehicles.0.vehicle.plate".
func at(v any, path string) string {
	for step := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[step]
		case []any:
			var n int
			if _, err := fmt.Sscan(step, &n); err != nil || n >= len(x) {
				return "<none>"
			}
			v = x[n]
		}
	}
	return fmt.Sprint(v)
}

// An analog caller whose number is known rings an agent: before the agent answers, the stream of that agent, and of no
// other, has the whole card. The agent answers, holds and hangs up at the screen, and is heard and listened to afterwards
// by those who may.
func TestScreenPop(t *testing.T) {
	t.Parallel()
	b := open(t, withLines(nil))
	boss := b.admin()
	told := newListener(t)
	boss.ask("POST", "/webhooks", map[string]any{"name": "DMS", "url": told.url, "events": []string{"call.ended"}, "enabled": true}, nil)
	var customer struct {
		ID string `json:"id"`
	}
	var car map[string]any
	boss.ask("POST", "/customers", map[string]any{
		"name": "曾国强", "vip": true, "language": "en", "phones": []map[string]string{{"number": "138 0013 8007"}},
	}, &customer)
	boss.ask("POST", "/vehicles", map[string]any{"plate": "粤B·12345", "owner": customer.ID, "model": "远航", "sold_on": "2026-01-15"}, &car)
	for km, day := range map[int]string{3000: "2026-03-15", 9000: "2026-09-15"} {
		boss.ask("POST", "/vehicles/"+at(car, "vehicle.id")+"/readings", map[string]any{"km": km, "at": day + "T08:00:00Z", "sure": true}, nil)
	}
	one, other := boss.seat("1001", "8001"), boss.seat("1002", "8002")
	phone := agentPhone(b, "8001")
	mine, theirs := one.watch("me"), other.watch("me,queues,agents")

	c := b.callIn(7, personOnLine(40))
	ring := phone.ringWithin(40 * time.Second)
	b.until(3*time.Second, "the screen pop has come", func() bool { return mine.count("pop") == 1 })
	pop := mine.of("pop")[0].Data
	for path, want := range map[string]string{
		"agent": "1001", "extension": "8001", "card.name": "曾国强", "card.vip": "true", "card.customer": customer.ID, "card.number": "13800138007",
		"card.language": "en", "known.0.customer.name": "曾国强", "known.0.vehicles.0.vehicle.plate": "粤B12345",
		"known.0.vehicles.0.warranty.state": "valid", "queue": "q_appointment", "line": "line7", "menu.0.place": "menu main@1",
	} {
		if got := at(pop, path); got != want {
			t.Errorf("the pop's %s is %s, want %s", path, got, want)
		}
	}
	if km := at(pop, "known.0.vehicles.0.mileage.km"); len(km) < 5 {
		t.Errorf("the mileage reckoned for today is %s, the last reading was 9000", km)
	}
	if ring.confirmed.Load() {
		t.Fatal("the phone was answered already")
	}
	call := at(pop, "call")
	var brother struct {
		ID string `json:"id"`
	}
	boss.ask("POST", "/customers", map[string]any{"name": "曾国华", "phones": []map[string]string{{"number": "13800138099"}}}, &brother)
	var now map[string]any
	one.ask("PUT", "/live/calls/"+call+"/customer", map[string]string{"customer": brother.ID}, &now)
	if at(now, "known.0.customer.name") != "曾国华" {
		t.Errorf("after the caller turned out to be another: %v", now["known"])
	}
	one.ask("PUT", "/live/calls/"+call+"/customer", map[string]string{"customer": customer.ID}, nil)
	one.ask("POST", "/live/calls/"+call+"/answer", nil, nil)
	b.until(3*time.Second, "the phone is asked to take the call", func() bool { return phone.asked.Load() == 1 })
	ring.answer(tone(1000))
	time.Sleep(time.Second)
	if status, _ := other.try("POST", "/live/calls/"+call+"/hold", nil); status != http.StatusForbidden {
		t.Errorf("somebody else's call was put on hold: %d", status)
	}
	one.ask("POST", "/live/calls/"+call+"/hold", nil, nil)
	b.until(2*time.Second, "the call is on hold", func() bool {
		var v map[string]any
		one.ask("GET", "/live/calls/"+call+"/pop", nil, &v)
		all := mine.of("call")
		return len(all) > 0 && at(all[len(all)-1].Data, "call.held_since") != "<nil>"
	})
	one.ask("POST", "/live/calls/"+call+"/resume", nil, nil)
	time.Sleep(time.Second)
	one.ask("POST", "/live/calls/"+call+"/hang-up", nil, nil)
	ring.over()
	c.over(10 * time.Second)
	b.until(5*time.Second, "the end is told", func() bool { return mine.count("call-ended") == 1 })
	if n := theirs.count("pop") + theirs.count("call") + theirs.count("call-ended"); n > 0 {
		t.Errorf("the other agent was told %d things of the call", n)
	}
	if theirs.count("agent") == 0 || theirs.count("queues") == 0 {
		t.Error("the other agent was told nothing of the queues")
	}

	var list struct{ Items []map[string]any }
	boss.ask("GET", "/calls?customer="+customer.ID, nil, &list)
	if len(list.Items) != 1 || at(list.Items[0], "ended_by") != "agent" || at(list.Items[0], "agent") != "1001" {
		t.Fatalf("the customer's calls: %v", list.Items)
	}
	heardBySome(t, boss, one, at(list.Items[0], "recording"))
	boss.ask("GET", "/customers/"+customer.ID+"/timeline", nil, &list)
	if len(list.Items) != 1 || at(list.Items[0], "kind") != "call" {
		t.Errorf("the customer's time line: %v", list.Items)
	}
	b.until(15*time.Second, "the webhook has come", func() bool { return told.of("call.ended", call) })
	var entries map[string]int
	decode(b, b.doctorAudit(), &entries)
	if entries["entries"] < 10 {
		t.Errorf("the audit has %d entries", entries["entries"])
	}
}

// heardBySome checks that a recording is heard, in whole and in part, by who may, and that the audit says so.
func heardBySome(t *testing.T, boss, agent *person, recording string) {
	t.Helper()
	b := boss.b
	b.kept(recording)
	status, whole := boss.try("GET", "/recordings/"+recording+"/audio", nil)
	if status != http.StatusOK || !bytes.HasPrefix(whole, []byte("RIFF")) || len(whole) < 30_000 {
		t.Errorf("the recording: %d, %d octets", status, len(whole))
	}
	status, part := boss.try("GET", "/recordings/"+recording+"/audio", nil, "Range", "bytes=1000-1999")
	if status != http.StatusPartialContent || !bytes.Equal(part, whole[1000:2000]) {
		t.Errorf("a part of it: %d, %d octets", status, len(part))
	}
	if status, _ := agent.try("GET", "/recordings/"+recording+"/audio", nil); status != http.StatusForbidden {
		t.Errorf("an agent heard it: %d", status)
	}
	var peaks struct {
		Seconds     float64
		Left, Right []int
	}
	boss.ask("GET", "/recordings/"+recording+"/peaks?points=100", nil, &peaks)
	if len(peaks.Left) != 200 || len(peaks.Right) != 200 || peaks.Seconds < 1 {
		t.Errorf("its picture: %v s, %d and %d values", peaks.Seconds, len(peaks.Left), len(peaks.Right))
	}
	var audit struct{ Items []map[string]any }
	boss.ask("GET", "/audit?subject=recording&id="+recording, nil, &audit)
	if len(audit.Items) != 1 || at(audit.Items[0], "detail.what") != "listen-recording" {
		t.Errorf("the audit of the recording: %v", audit.Items)
	}
}

// A number dialled on the screen rings one's own phone first, then goes out over an analog line.
func TestDialAtTheScreen(t *testing.T) {
	t.Parallel()
	b := open(t, withLines(nil))
	one := b.admin().seat("1001", "8001")
	phone := agentPhone(b, "8001")
	b.subscriber("62345678", personOnLine(0))
	var made struct{ Call string }
	one.ask("POST", "/calls", map[string]string{"number": "62345678"}, &made)
	d := phone.ringWithin(10 * time.Second)
	d.answer(tone(1000))
	b.until(20*time.Second, "the number is reached", func() bool {
		var list struct{ Items []map[string]any }
		one.ask("GET", "/live/calls", nil, &list)
		return len(list.Items) == 1 && at(list.Items[0], "id") == made.Call && at(list.Items[0], "phase") == "talking"
	})
	one.ask("POST", "/live/calls/"+made.Call+"/hang-up", nil, nil)
	d.over()
	var r map[string]any
	b.until(3*time.Second, "the call has its record", func() bool {
		status, _ := one.try("GET", "/calls/"+made.Call, nil)
		return status == http.StatusOK
	})
	one.ask("GET", "/calls/"+made.Call, nil, &r)
	if at(r, "disposition") != "answered" || at(r, "ended_by") != "caller" || at(r, "to") != "62345678" || at(r, "from") != "8001" {
		t.Errorf("record: %v", r)
	}
}

// A backup of a box at work becomes another box, which takes calls at once and knows its users and customers.
func TestRestoredBoxTakesCalls(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	boss := b.admin()
	boss.ask("POST", "/customers", map[string]any{"name": "单雄飞", "phones": []map[string]string{{"number": "13800138003"}}}, nil)
	file := filepath.Join(t.TempDir(), "box.tar.gz")
	b.do("backup", file)
	b.stop()
	if err := os.Rename(b.dir, b.dir+".old"); err != nil {
		t.Fatal(err)
	}
	b.do("restore", file)
	b.start()
	again := b.visitor()
	again.ask("POST", "/session", map[string]string{"login": "admin", "password": personPassword}, nil)
	var hits struct{ Items []map[string]any }
	again.ask("GET", "/customers/search?q=shanxf", nil, &hits)
	if len(hits.Items) != 1 || at(hits.Items[0], "customer.name") != "单雄飞" {
		t.Errorf("the restored box finds %v", hits.Items)
	}
	agent := agentPhone(b, "8001")
	c := trunkPeer(b).dialAs("13800138003", "4006001234", silent)
	c.answered()
	time.Sleep(2 * time.Second)
	c.info('1')
	d := agent.ring()
	d.answer(silent)
	time.Sleep(time.Second)
	c.hangup()
	d.over()
	if r := b.callFrom("13800138003"); r.Disposition != "answered" || r.Agent != "1001" {
		t.Errorf("record: %+v", r)
	}
	b.do("doctor")
}

// An administrator who lost the password is let in again by whoever administers the machine.
func TestALostPassword(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.admin()
	var reset struct{ Password string }
	decode(b, b.do("user", "reset", "admin"), &reset)
	again := b.visitor()
	if status, _ := again.try("POST", "/session", map[string]string{"login": "admin", "password": personPassword}); status == http.StatusOK {
		t.Error("the old password is still good")
	}
	again.ask("POST", "/session", map[string]string{"login": "admin", "password": reset.Password}, nil)
	if status, _ := again.try("GET", "/users", nil); status != http.StatusForbidden {
		t.Errorf("the new password need not be changed: %d", status)
	}
	again.ask("POST", "/session/password", map[string]string{"current_password": reset.Password, "new_password": personPassword}, nil)
	again.ask("GET", "/users", nil, nil)
	if out, err := b.try("user", "reset", "nobody"); err == nil {
		t.Errorf("nobody was let in: %s", out)
	}
}
