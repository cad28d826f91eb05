package api

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/health"
)

// Wellbeing is what the box knows of itself; [appliance.Box] satisfies it.
type Wellbeing interface {
	Health(ctx context.Context) (health.Facts, error)
	Diagnose(ctx context.Context, w io.Writer) error
	Backup(ctx context.Context, w io.Writer) error
	BackUpNow(ctx context.Context)
}

// HealthView is how the box does, and what somebody should see to.
type HealthView struct {
	health.Facts
	Problems []health.Problem `json:"problems" nullable:"false" doc:"The worst first"`
}

// wellbeing is the page of health: what there is to see to, and what helps whoever does.
func wellbeing(a *API) {
	op := func(id, method, path, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: method, Path: "/health" + path, Tag: "health", Summary: summary, Perm: perm}
	}
	Add(a, op("get-health", http.MethodGet, "", "How the box does, and what somebody should see to", account.SettingsRead), a.getHealth)
	Add(a, op("back-up", http.MethodPost, "/backup", "Make tonight's backup now, and read it back", account.SettingsWrite), a.backUpNow)
	a.addDownload(op("download-diagnostics", http.MethodGet, "/diagnostics", "A zip file for whoever helps from afar: no passwords, numbers masked",
		account.SettingsRead), "application/zip", "dealerline-diagnostics.zip", func(ctx context.Context, w io.Writer) error { return a.Box.Diagnose(ctx, w) })
	a.addDownload(op("download-backup", http.MethodGet, "/backup", "A backup as it is now, to be kept elsewhere: all but recordings",
		account.SettingsSecrets), "application/gzip", "dealerline-backup.tar.gz", func(ctx context.Context, w io.Writer) error { return a.Box.Backup(ctx, w) })
}

func (a *API) getHealth(ctx context.Context, _ *struct{}) (*struct{ Body HealthView }, error) {
	f, err := a.Box.Health(ctx)
	return &struct{ Body HealthView }{HealthView{f, health.Problems(f)}}, err
}

func (a *API) backUpNow(ctx context.Context, _ *struct{}) (*struct{ Body HealthView }, error) {
	a.Box.BackUpNow(ctx) // what came of it is among what the box knows of itself
	return a.getHealth(ctx, nil)
}

// downloadTime is how long a file made while it is sent may take.
const downloadTime = 30 * time.Minute

// addDownload adds an operation whose answer is a file that is made while it is sent.
func (a *API) addDownload(op Op, kind, name string, write func(ctx context.Context, w io.Writer) error) {
	h := a.operation(op)
	h.Responses["200"] = &huma.Response{Description: "The file", Content: map[string]*huma.MediaType{kind: {}}}
	huma.Register(a.huma, h, func(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
		return &huma.StreamResponse{Body: func(c huma.Context) {
			_, w := humago.Unwrap(c)
			_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(downloadTime)) // what cannot be set is not bounded
			w.Header().Set("Content-Type", kind)
			w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
			if err := write(ctx, w); err != nil {
				a.log.Error("download", "operation", op.ID, "error", err)
				panic(http.ErrAbortHandler) //nolint:forbidigo // the server's way to break off: a file cut off must not look whole
			}
		}}, nil
	})
}
