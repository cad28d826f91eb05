package api_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/health"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

// well is a box whose clock is not set and whose backup fails; the box's own measurements are tested where they are made.
type well struct{}

func (well) Health(context.Context) (health.Facts, error) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	return health.Facts{Version: "test", At: now, StartedAt: now, Lines: []health.Line{{Name: "line1", Kind: "analog", State: "alarm"}}}, nil
}

func (well) Diagnose(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, "packed")
	return err
}

func (well) Backup(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, "a backup")
	return err
}

func (well) BackUpNow(context.Context) {}

func TestHealth(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	var v api.HealthView
	admin.do("GET", "/v1/health", nil).into(t, &v)
	if v.Version != "test" || len(v.Problems) != 2 || v.Problems[0].Code != "analog.alarm" || v.Problems[0].What != "line1" || v.Problems[1].Code != "clock.unsynchronised" {
		t.Errorf("%+v", v)
	}
	admin.do("POST", "/v1/health/backup", nil).into(t, &v)
	if a := admin.do("GET", "/v1/health/backup", nil); a.Status != 200 || string(a.Body) != "a backup" {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	if a := admin.do("GET", "/v1/health/diagnostics", nil); a.Status != 200 || string(a.Body) != "packed" || !strings.Contains(a.Header.Get("Content-Disposition"), "diagnostics.zip") {
		t.Errorf("%d %s %s", a.Status, a.Header, a.Body)
	}
	b.as(t, account.Agent).do("GET", "/v1/health", nil).want(t, 403, "")
	b.as(t, account.Supervisor).do("GET", "/v1/health/backup", nil).want(t, 403, "")
}
