package api_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/web/api"
	"github.com/dealerline/dealerline/internal/sound/recording"
)

// recorded puts a recording into the archive and returns its id.
func (b *box) recorded(t *testing.T) string {
	t.Helper()
	e := recording.Entry{ID: store.NewID(), Path: "one.wav", StartedAt: time.Now(), Verdict: recording.Kept, SHA256: "00"}
	if err := <-store.NewRecordingIndex(b.db).Put(e); err != nil {
		t.Fatal(err)
	}
	path := b.archive.Path(e)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, make([]byte, 4000), 0o600)); err != nil {
		t.Fatal(err)
	}
	return e.ID
}

// However a recording is asked for, who hears it is in the audit, once for each listening.
func TestEachListeningIsInTheAudit(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	id := b.recorded(t)
	told := func() int {
		t.Helper()
		var log api.Page[api.AuditEntry]
		admin.do("GET", "/v1/audit?subject=recording&id="+id, nil).into(t, &log)
		return len(log.Items)
	}
	for i, c := range []struct {
		ranges []string
		op     string
	}{
		{[]string{"bytes=0-", "bytes=1000-1999", "bytes=2000-"}, "audio"},
		{[]string{"bytes=1-", "bytes=2000-"}, "audio"},
		{[]string{"bytes=-3999"}, "audio"},
		{[]string{"bytes= 0-"}, "audio"},
		{[]string{"bytes=1-"}, "file"},
	} {
		listener := b.sitting(t, admin.me(t)) // each in a session of its own
		for _, r := range c.ranges {
			listener.do("GET", "/v1/recordings/"+id+"/"+c.op, nil, "Range", r).want(t, 206, "")
		}
		if n := told(); n != i+1 {
			t.Errorf("after %v the audit has %d listenings, want %d", c.ranges, n, i+1)
		}
	}
}

// me is the id of who is signed in.
func (c *client) me(t *testing.T) string {
	t.Helper()
	var me api.Me
	c.do("GET", "/v1/session", nil).into(t, &me)
	return me.User.ID
}
