package api_test

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"testing"

	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

func TestFilesOfATicketOverTheAPI(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	li, wang := b.agent(t, "1001"), b.agent(t, "1002")
	var k api.StoredTicket
	wang.do("POST", "/v1/tickets", map[string]any{"type": "complaint", "subject": "态度", "complaint": map[string]any{"about": "1001"}}).into(t, &k)
	at := "/v1/tickets/" + k.ID + "/attachments"
	var photo bytes.Buffer
	if err := png.Encode(&photo, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	var f, again api.Attachment
	made := wang.do("POST", at+"?name="+url.QueryEscape("车损.png")+"&note=front", photo.String(), "Content-Type", "application/octet-stream")
	made.into(t, &f)
	if made.Status != http.StatusCreated || f.Name != "车损.png" || f.Media != "image/png" || f.By != "1002" || f.Note != "front" {
		t.Fatalf("%d %+v", made.Status, f)
	}
	wang.do("POST", at, photo.String(), "Content-Type", "image/jpeg").into(t, &again)
	if again.ID != f.ID {
		t.Errorf("the same file twice: %+v", again)
	}
	got := wang.do("GET", at+"/"+f.ID, nil)
	h := got.Header
	if got.Status != http.StatusOK || !bytes.Equal(got.Body, photo.Bytes()) || h.Get("Content-Type") != "image/png" || h.Get("X-Content-Type-Options") != "nosniff" ||
		h.Get("Content-Disposition") != `inline; filename*=utf-8''%E8%BD%A6%E6%8D%9F.png` || h.Get("Content-Security-Policy") != "default-src 'none'; sandbox" {
		t.Errorf("%d %v", got.Status, h)
	}
	if part := wang.do("GET", at+"/"+f.ID, nil, "Range", "bytes=1-3"); part.Status != http.StatusPartialContent || string(part.Body) != "PNG" {
		t.Errorf("%d %q", part.Status, part.Body)
	}
	wang.do("POST", at, "<html>", "Content-Type", "application/octet-stream").want(t, 422, "attachment.kind")
	// It is a complaint about Li.
	li.do("GET", at, nil).want(t, 404, "ticket.not_found")
	li.do("GET", at+"/"+f.ID, nil).want(t, 404, "ticket.not_found")
	li.do("POST", at, "text").want(t, 404, "ticket.not_found")
	li.do("DELETE", at+"/"+f.ID, nil).want(t, 404, "ticket.not_found")
	// Nor by way of another ticket.
	var other api.StoredTicket
	li.do("POST", "/v1/tickets", map[string]any{"type": "inquiry", "subject": "价格"}).into(t, &other)
	li.do("GET", "/v1/tickets/"+other.ID+"/attachments/"+f.ID, nil).want(t, 404, "attachment.not_found")
	admin.do("POST", at, "a note of the manager's").into(t, &again)
	wang.do("DELETE", at+"/"+again.ID, nil).want(t, 403, "request.denied")
	wang.do("DELETE", at+"/"+f.ID, nil).want(t, 204, "")
	admin.do("DELETE", at+"/"+again.ID, nil).want(t, 204, "")
	var list api.Attachments
	wang.do("GET", at, nil).into(t, &list)
	if len(list.Items) != 0 {
		t.Errorf("%+v", list)
	}
	b.as(t, account.Viewer).do("POST", at, "text").want(t, 403, "request.denied")
}
