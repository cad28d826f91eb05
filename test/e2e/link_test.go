package e2e

import (
	"bytes"
	"image"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

var linked = regexp.MustCompile(`https://box\.dealer\.example(/l/[a-z2-7]{26})`)

// linkIn waits for an SMS to a number that names a page.
func linkIn(t *testing.T, out *phone, number string) (path, words string) {
	t.Helper()
	limit := time.After(30 * time.Second)
	for {
		select {
		case m := <-out.texts:
			if !strings.Contains(m.start, number) {
				continue
			}
			if found := linked.FindStringSubmatch(m.body); found != nil {
				return found[1], m.body
			}
		case <-limit:
			t.Fatalf("no SMS to %s names a page", number)
		}
	}
}

// open reads a page, as somebody without an account.
func (p *person) open(path string) (int, string) {
	p.b.t.Helper()
	return p.fetch("GET", path, "", nil)
}

func (p *person) submit(path string, fields url.Values) int {
	p.b.t.Helper()
	status, _ := p.fetch("POST", path, "application/x-www-form-urlencoded", strings.NewReader(fields.Encode()))
	return status
}

// photograph sends a picture.
func (p *person) photograph(path string) int {
	p.b.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	_ = m.WriteField("do", "photo")
	f, err := m.CreateFormFile("photo", "现场.jpg")
	if err == nil {
		err = jpeg.Encode(f, image.NewGray(image.Rect(0, 0, 64, 48)), nil)
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		p.b.t.Fatal(err)
	}
	status, _ := p.fetch("POST", path, m.FormDataContentType(), &body)
	return status
}

func (p *person) fetch(method, path, contentType string, body io.Reader) (int, string) {
	p.b.t.Helper()
	req, err := http.NewRequestWithContext(p.b.t.Context(), method, "https://"+p.b.ip+":8443"+path, body)
	if err != nil {
		p.b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	res, err := p.http.Do(req)
	if err != nil {
		p.b.t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // a test
	data, err := io.ReadAll(res.Body)
	if err != nil {
		p.b.t.Fatal(err)
	}
	return res.StatusCode, string(data)
}

// A technician gets the job with a link, accepts on the page, arrives, sends a photo, and completes it with the parts used;
// the customer sees who comes, and afterwards answers a survey by SMS; each on pages that end with what they are for.
func TestAJobAndASurveyByLink(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) {
		d.Roster.People = technicians()
		d.Tickets.Contact = allDay()
		d.Trunks[0].Messages = true
		d.Site.PublicURL = "https://box.dealer.example"
	})
	out, boss, guest := trunkPeer(b), b.admin(), b.visitor()
	var k api.StoredTicket
	boss.ask("POST", "/tickets", map[string]any{"type": "rescue", "subject": "高速抛锚", "phones": []string{backNumber}, "name": "王芳", "owner": "chen"}, &k)
	boss.change("/tickets/"+k.ID+"/dispatch", map[string]any{"place": map[string]any{"text": "G2 1203"}, "technicians": []string{"zhao"}}, nil)
	job, _ := linkIn(t, out, outsidePhone)
	out.ringWithin(20 * time.Second).reject(486) // the call that asks as well
	if status, page := guest.open(job); status != 200 || !strings.Contains(page, k.Number) || !strings.Contains(page, "138****8000") {
		t.Fatalf("the page of the job: %d %s", status, page)
	}
	if status := guest.submit(job, url.Values{"do": {"accept"}}); status != 200 {
		t.Fatalf("accepted: %d", status)
	}
	b.ticketIs(boss, k.ID, "the job is accepted", func(k api.StoredTicket) bool { return k.Dispatch.State == ticket.JobAccepted })
	coming, _ := linkIn(t, out, backNumber)
	if status, page := guest.open(coming); status != 200 || !strings.Contains(page, "赵") || strings.Contains(page, "<form") {
		t.Errorf("who comes: %d %s", status, page)
	}
	guest.submit(job, url.Values{"do": {"arrived"}})
	if status := guest.photograph(job); status != 200 {
		t.Errorf("photo: %d", status)
	}
	guest.submit(job, url.Values{"do": {"completed"}, "note": {"换了电瓶"}, "part_name": {"电瓶"}, "part_number": {""}, "part_count": {"1"}})
	k = b.ticketIs(boss, k.ID, "the work is done", func(k api.StoredTicket) bool { return k.State == ticket.Resolved })
	if len(k.Dispatch.Parts) != 1 || k.Resolution.Text != "换了电瓶" {
		t.Errorf("done: %+v", k.Dispatch)
	}
	var files struct{ Items []map[string]any }
	boss.ask("GET", "/tickets/"+k.ID+"/attachments", nil, &files)
	if len(files.Items) != 1 {
		t.Errorf("photos: %v", files.Items)
	}
	var log struct{ Items []map[string]any }
	boss.ask("GET", "/audit?subject=ticket&id="+k.ID, nil, &log)
	byLink := 0
	for _, e := range log.Items {
		if at(e, "via") == "link" {
			byLink++
		}
	}
	if byLink < 3 {
		t.Errorf("%d entries of the audit are by link: %v", byLink, log.Items)
	}

	var task map[string]any
	boss.ask("POST", "/outreach/tasks", map[string]any{"kind": "survey", "way": "sms", "script": "quality", "numbers": []string{backNumber}, "about": "1001"}, &task)
	survey, words := linkIn(t, out, backNumber)
	if survey == coming || !strings.Contains(words, "评价") {
		t.Fatalf("SMS: %s", words)
	}
	if status, page := guest.open(survey); status != 200 || !strings.Contains(page, "a_overall") {
		t.Fatalf("the page of the survey: %d", status)
	}
	for range 2 {
		if status := guest.submit(survey, url.Values{"a_overall": {"5"}, "a_repaired": {"yes"}}); status != 200 {
			t.Errorf("answered: %d", status)
		}
	}
	boss.ask("GET", "/outreach/tasks/"+at(task, "id"), nil, &task)
	if at(task, "outcome") != "answered" || at(task, "score") != "5" || at(task, "sms.state") != "sent" {
		t.Errorf("task: %v", task)
	}
	boss.change("/tickets/"+k.ID+"/cancel", map[string]any{"why": "x"}, nil)
	_, never := guest.open("/l/aaaaaaaaaaaaaaaaaaaaaaaaaa")
	for _, path := range []string{job, coming} {
		if status, page := guest.open(path); status != 404 || page != never {
			t.Errorf("after the ticket was closed: %d", status)
		}
	}
}
