package link_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/workday"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
	tokens "github.com/dealerline/dealerline/internal/care/link"
	"github.com/dealerline/dealerline/internal/care/outreach"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/store/storetest"
	"github.com/dealerline/dealerline/internal/edge/web/link"
)

type nobody struct{}

func (nobody) Person(id string) (ticket.Person, bool) {
	return ticket.Person{ID: id, Name: "技师" + id}, true
}
func (nobody) Holders(string, string, time.Time) []ticket.Person { return nil }
func (nobody) Above(string, time.Time) []ticket.Person           { return nil }
func (nobody) Owners(string, time.Time) []ticket.Person          { return nil }
func (nobody) Opens(_ string, after time.Time) time.Time         { return after.Add(time.Hour) }

// world is a store with its books, and the pages on it.
type world struct {
	t       *testing.T
	db      *store.DB
	tickets *ticket.Book
	tasks   *outreach.Book
	links   *tokens.Book
	pages   http.Handler
	now     time.Time
	photos  []string
	called  []string
	refuse  error
}

// Photo keeps a picture.
func (w *world) Photo(_ context.Context, by books.By, id, person, name string, content io.Reader) error {
	data, err := io.ReadAll(content)
	if w.refuse != nil {
		return w.refuse
	}
	w.photos = append(w.photos, strings.Join([]string{by.Via, id, person, name, string(data)}, " "))
	return err
}

// Connect calls a technician.
func (w *world) Connect(_ context.Context, id, person string) error {
	w.called = append(w.called, id+" "+person)
	return nil
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: storetest.New(t), now: time.Now()}
	zone := time.FixedZone("CST", 8*3600)
	all := workday.Always(zone)
	w.tickets = ticket.NewBook(store.TicketBooks{DB: w.db}, func() *ticket.Rules {
		return &ticket.Rules{
			Types: ticket.DefaultTypes(""), Plan: contact.DefaultPlan(), Zone: zone, People: nobody{}, Clocks: func(string) ticket.Clock { return all },
		}
	})
	rules := &outreach.Rules{Settings: outreach.Settings{}.InForce(), Contact: contact.DefaultPlan(), Zone: zone, Links: true}
	w.tasks = outreach.NewBook(store.OutreachBooks{DB: w.db}, func() *outreach.Rules { return rules }, time.Now)
	w.links = tokens.NewBook(store.LinkBooks{DB: w.db}, func() time.Time { return w.now })
	p, err := link.New(link.Config{
		Links: w.links, Tickets: w.tickets, Tasks: w.tasks, Files: w, Connector: w, Name: func() string { return "和谐<4S>" }, Person: func(id string) string { return "技师" + id },
		Zone: func() *time.Location { return zone }, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	w.pages = p
	return w
}

var desk = books.By{Who: "li", Via: "api"}

// rescue is a ticket whose job is offered to technicians, and the link of the first.
func (w *world) rescue(persons ...string) (k ticket.Ticket, path string) {
	w.t.Helper()
	k, err := w.tickets.Create(w.t.Context(), desk, ticket.Ticket{
		Type: "rescue", Subject: "高速<b>抛锚</b>", Name: "王芳", Phones: []string{"13800138000"}, Owner: "li", Plate: "沪A12345", Form: map[string]string{"place": "G2"},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.send(k.ID, persons...)
}

func (w *world) send(id string, persons ...string) (k ticket.Ticket, path string) {
	w.t.Helper()
	out := ticket.SendOut{Place: ticket.Place{Text: "G2 1203", Lat: 31.2, Lon: 121.4}}
	for _, p := range persons {
		out.Choices = append(out.Choices, ticket.Choice{Person: p, Name: "技师" + p, Phone: "13900000001"})
	}
	k = w.do(id, out)
	return k, w.issue(tokens.Link{Purpose: tokens.Job, Ticket: id, Person: persons[0], Since: k.Dispatch.StartedAt})
}

func (w *world) issue(l tokens.Link) string {
	w.t.Helper()
	token, err := w.links.Issue(w.t.Context(), l, time.Hour)
	if err != nil {
		w.t.Fatal(err)
	}
	return "/l/" + token
}

func (w *world) do(id string, ev ticket.Event) ticket.Ticket {
	w.t.Helper()
	k, err := w.tickets.Do(w.t.Context(), desk, id, 0, ev)
	if err != nil {
		w.t.Fatal(err)
	}
	return k
}

// ask sends a request, from an address of its own for each test of what is there.
func (w *world) ask(method, path, contentType string, body io.Reader, more ...string) (status int, page string, h http.Header) {
	w.t.Helper()
	r := httptest.NewRequestWithContext(w.t.Context(), method, "https://box.example"+path, body)
	r.Header.Set("Content-Type", contentType)
	for i := 0; i+1 < len(more); i += 2 {
		r.Header.Set(more[i], more[i+1])
	}
	rec := httptest.NewRecorder()
	w.pages.ServeHTTP(rec, r)
	return rec.Code, rec.Body.String(), rec.Header()
}

func (w *world) get(path string) (int, string) {
	w.t.Helper()
	status, page, _ := w.ask("GET", path, "", nil)
	return status, page
}

func (w *world) post(path string, fields ...string) (int, string) {
	w.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		v.Add(fields[i], fields[i+1])
	}
	status, page, _ := w.ask("POST", path, "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
	return status, page
}

func (w *world) shows(path string, want ...string) {
	w.t.Helper()
	status, page := w.get(path)
	if status != http.StatusOK {
		w.t.Fatalf("GET: %d", status)
	}
	for _, s := range want {
		if !strings.Contains(page, s) {
			w.t.Errorf("the page does not show %q:\n%s", s, page)
		}
	}
}

func TestATechnicianDoesAJobByLink(t *testing.T) {
	w := newWorld(t)
	k, path := w.rescue("chen", "deng")
	w.shows(path, k.Number, "G2 1203", "王芳", "138****8000", "沪A12345", `value="accept"`, `value="decline"`, "&lt;b&gt;抛锚", "和谐&lt;4S&gt;")
	if _, page := w.get(path); strings.Contains(page, "13800138000") || strings.Contains(page, `value="completed"`) || strings.Contains(page, "<script") {
		t.Errorf("the page shows too much:\n%s", page)
	}
	for _, step := range []struct {
		fields []string
		state  ticket.Job
	}{
		{[]string{"do", "accept"}, ticket.JobAccepted},
		{[]string{"do", "arrived"}, ticket.JobArrived},
	} {
		if status, page := w.post(path, step.fields...); status != http.StatusSeeOther {
			t.Fatalf("%v: %d %s", step.fields, status, page)
		}
		if k, _ = w.tickets.Ticket(k.ID); k.Dispatch.State != step.state {
			t.Errorf("after %v: %s", step.fields, k.Dispatch.State)
		}
	}
	if o := k.Dispatch.Offers[0]; o.How != "link" || o.Answer != ticket.SaidYes {
		t.Errorf("offer: %+v", o)
	}
	if status, _ := w.post(path, "do", "call"); status != http.StatusSeeOther || len(w.called) != 1 || w.called[0] != k.ID+" chen" {
		t.Errorf("%d, called %v", status, w.called)
	}
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	_ = m.WriteField("do", "photo")
	f, _ := m.CreateFormFile("photo", "a.jpg")
	_, _ = f.Write([]byte("picture"))
	_ = m.Close()
	if status, _, h := w.ask("POST", path, m.FormDataContentType(), &body); status != http.StatusSeeOther || h.Get("Location") != path+"?done=photo" {
		t.Errorf("photo: %d", status)
	}
	if len(w.photos) != 1 || w.photos[0] != "link "+k.ID+" chen a.jpg picture" {
		t.Errorf("photos: %v", w.photos)
	}
	if status, page := w.post(path, "do", "completed", "note", " "); status != http.StatusUnprocessableEntity || !strings.Contains(page, "请填写处理情况") {
		t.Errorf("completed without words: %d", status)
	}
	if status, page := w.post(path, "do", "completed", "note", "换了电瓶\r\n好了", "part_name", "电瓶", "part_number", "B60", "part_count", "1"); status != http.StatusSeeOther {
		t.Fatalf("completed: %d %s", status, page)
	}
	k, _ = w.tickets.Ticket(k.ID)
	if k.Dispatch.State != ticket.JobCompleted || k.State != ticket.Resolved || k.Resolution.Text != "换了电瓶\n好了" || len(k.Dispatch.Parts) != 1 || k.Resolution.By != "chen" {
		t.Errorf("at the end: %s, %+v, %+v", k.State, k.Resolution, k.Dispatch)
	}
	w.shows(path, "完成")
	if status, _ := w.post(path, "do", "arrived"); status != http.StatusConflict {
		t.Errorf("arrived after the end: %d", status)
	}
}

// What a technician may not do any more has the same answer as what never was.
func TestALinkEndsWithItsJob(t *testing.T) {
	_, never := newWorld(t).get("/l/aaaaaaaaaaaaaaaaaaaaaaaaaa")
	for name, end := range map[string]func(w *world, k ticket.Ticket, path string){
		"declined":  func(w *world, _ ticket.Ticket, path string) { w.post(path, "do", "decline", "why", "太远") },
		"sent anew": func(w *world, k ticket.Ticket, _ string) { w.send(k.ID, "deng", "chen") },
		"closed":    func(w *world, k ticket.Ticket, _ string) { w.do(k.ID, ticket.Cancel{Why: "x"}) },
		"called off": func(w *world, k ticket.Ticket, path string) {
			w.post(path, "do", "accept")
			w.do(k.ID, ticket.CallOff{Why: "x"})
		},
		"expired": func(w *world, _ ticket.Ticket, _ string) { w.now = w.now.Add(2 * time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			k, path := w.rescue("chen", "deng")
			end(w, k, path)
			if status, page := w.get(path); status != http.StatusNotFound || page != never {
				t.Errorf("GET: %d", status)
			}
			if status, page := w.post(path, "do", "accept"); status != http.StatusNotFound || page != never {
				t.Errorf("POST: %d", status)
			}
		})
	}
}

func TestACustomerSeesWhoComes(t *testing.T) {
	w := newWorld(t)
	k, _ := w.rescue("chen")
	w.do(k.ID, ticket.Accept{Person: "chen", How: "key"})
	path := w.issue(tokens.Link{Purpose: tokens.Coming, Ticket: k.ID, Person: "chen", Since: k.Dispatch.StartedAt})
	w.shows(path, "技师正在赶来", "技师chen", k.Number)
	if _, page := w.get(path); strings.Contains(page, "<form") || strings.Contains(page, "13900000001") {
		t.Error("a customer may act, or sees a number")
	}
	w.do(k.ID, ticket.Arrive{Person: "chen"})
	w.shows(path, "技师已到达")
	if status, _ := w.post(path, "do", "completed"); status != http.StatusNotFound {
		t.Errorf("a customer acts: %d", status)
	}
}

// ask is a survey by SMS, and its link.
func (w *world) asking(script string) (outreach.Task, string) {
	w.t.Helper()
	k, err := w.tasks.Create(w.t.Context(), desk, outreach.Task{Kind: outreach.Survey, Way: outreach.BySMS, Script: script, Numbers: []string{"13800138000"}, About: "li"})
	if err != nil {
		w.t.Fatal(err)
	}
	return k, w.issue(tokens.Link{Purpose: tokens.Survey, Task: k.ID})
}

func TestACustomerAnswersOnce(t *testing.T) {
	w := newWorld(t)
	k, path := w.asking("quality")
	w.shows(path, "维修质量回访", `name="a_overall" value="5"`, `name="a_repaired" value="yes"`, `name="a_words"`)
	if status, page := w.post(path, "a_overall", "1", "a_what", "time"); status != http.StatusUnprocessableEntity || !strings.Contains(page, `value="1" checked`) {
		t.Errorf("without the words: %d", status)
	}
	if _, err := w.tasks.Texts(t.Context(), 10); err != nil { // the box notes meanwhile how far the SMS is
		t.Fatal(err)
	}
	if status, _ := w.post(path, "a_overall", "9"); status != http.StatusUnprocessableEntity {
		t.Errorf("a score beyond: %d", status)
	}
	var wg sync.WaitGroup
	for range 4 { // the same form, sent several times at once
		wg.Go(func() {
			if status, page := w.post(path, "a_overall", "5", "a_repaired", "yes", "a_wish", "没有"); status != http.StatusSeeOther {
				t.Errorf("%d %s", status, page)
			}
		})
	}
	wg.Wait()
	w.shows(path, "感谢您的评价")
	if status, _ := w.post(path, "a_overall", "1", "a_what", "time", "a_words", "x"); status != http.StatusSeeOther {
		t.Errorf("a second answer: %d", status)
	}
	k, err := w.tasks.Task(k.ID)
	if err != nil || k.Outcome != outreach.Answered || k.Score != 5 || k.Answers["wish"] != "没有" {
		t.Errorf("%+v, %v", k, err)
	}
	scores, err := w.tasks.Scores(outreach.PerAgent, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	if err != nil || len(scores) != 1 || scores[0].N != 1 || scores[0].Of != "li" {
		t.Errorf("%+v, %v", scores, err)
	}
	off, path := w.asking("invite")
	if _, err := w.tasks.Do(t.Context(), desk, off.ID, 0, outreach.Cancel{Why: "x"}); err != nil {
		t.Fatal(err)
	}
	if status, _ := w.get(path); status != http.StatusNotFound {
		t.Errorf("called off: %d", status)
	}
}

func TestWhatHoldsForAllPages(t *testing.T) {
	w := newWorld(t)
	_, path := w.rescue("chen")
	status, page, h := w.ask("GET", path, "", nil, "Accept-Language", "en-GB,en;q=0.9")
	if status != http.StatusOK || !strings.Contains(page, `lang="en"`) || !strings.Contains(page, "Accept</button>") {
		t.Errorf("in English: %d", status)
	}
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
		"X-Frame-Options": "DENY",
	} {
		if !strings.Contains(h.Get(name), want) {
			t.Errorf("%s: %q", name, h.Get(name))
		}
	}
	if status, _, _ := w.ask("POST", path, "application/x-www-form-urlencoded", strings.NewReader("do=accept"), "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"); status != http.StatusForbidden {
		t.Errorf("from another site: %d", status)
	}
	if status, _, _ := w.ask("PUT", path, "", nil); status != http.StatusNotFound && status != http.StatusMethodNotAllowed {
		t.Errorf("PUT: %d", status)
	}
	if status, page, h := w.ask("GET", "/l/style.css", "", nil); status != http.StatusOK || page == "" || !strings.HasPrefix(h.Get("Content-Type"), "text/css") {
		t.Errorf("style: %d", status)
	}
	if status, _ := w.post(path, "do", "sing"); status != http.StatusUnprocessableEntity {
		t.Errorf("an unknown action: %d", status)
	}
	if status, _ := w.post(path, "do", "photo"); status != http.StatusUnprocessableEntity {
		t.Errorf("no photo: %d", status)
	}
	w.refuse = fault.New(fault.Invalid, "attachment.kind", "x")
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	_ = m.WriteField("do", "photo")
	f, _ := m.CreateFormFile("photo", "a.exe")
	_, _ = f.Write([]byte("MZ"))
	_ = m.Close()
	if status, page, _ := w.ask("POST", path, m.FormDataContentType(), &body); status != http.StatusUnprocessableEntity || !strings.Contains(page, "problem") {
		t.Errorf("no picture: %d", status)
	}
	w.refuse = errors.New("disk on fire")
	refused := 0
	for range 30 {
		if status, _ := w.get("/l/bbbbbbbbbbbbbbbbbbbbbbbbbb"); status == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused < 20 {
		t.Errorf("%d of 30 guesses were refused", refused)
	}
}

func TestALinkDoesNotShowAComplaintToWhomItIsAbout(t *testing.T) {
	w := newWorld(t)
	k, path := w.rescue("chen", "deng")
	w.post(path, "do", "accept")
	w.shows(path, k.Number)
	err := store.TicketBooks{DB: w.db}.Change(t.Context(), desk, func(tx ticket.Tx) error {
		kept, _, err := tx.Tickets.Get(k.ID)
		if err != nil {
			return err
		}
		kept.Complaint = &ticket.Complaint{About: "chen"}
		return tx.Tickets.Put(kept)
	})
	if err != nil {
		t.Fatal(err)
	}
	if status, page := w.get(path); status != http.StatusNotFound || strings.Contains(page, k.Number) {
		t.Errorf("%d %s", status, page)
	}
	if status, _ := w.post(path, "do", "call"); status != http.StatusNotFound || len(w.called) > 0 {
		t.Errorf("%d, called %v", status, w.called)
	}
}

func TestPhotosAreOfAJobThatWasAccepted(t *testing.T) {
	w := newWorld(t)
	_, path := w.rescue("chen", "deng")
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	_ = parts.WriteField("do", "photo")
	part, err := parts.CreateFormFile("photo", "a.jpg")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write([]byte("x"))
	_ = parts.Close()
	if status, page, _ := w.ask("POST", path, parts.FormDataContentType(), &body); status != http.StatusUnprocessableEntity || len(w.photos) > 0 {
		t.Errorf("%d %s, kept %v", status, page, w.photos)
	}
}
