package api

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/intake"
	"github.com/dealerline/dealerline/internal/edge/sheet"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// Import is one file that is taken in.
type Import struct {
	intake.Job
}

type importOutput struct{ Body Import }

func answerImport(j intake.Job, err error) (*importOutput, error) {
	return &importOutput{Import{j}}, err
}

type importsOutput struct{ Body Page[Import] }

// ImportFields are what the columns of a file can mean.
type ImportFields struct {
	Items []intake.Field `json:"items" nullable:"false"`
}

type fieldsOutput struct{ Body ImportFields }

type kindInput struct {
	Kind string `path:"kind" enum:"customers,vehicles,visits"`
}

// uploadInput takes the body as a stream.
type uploadInput struct {
	Kind string `query:"kind" required:"true" enum:"customers,vehicles,visits"`
	Name string `query:"name" maxLength:"200" doc:"The file's name"`
	body io.Reader
}

// Resolve keeps the body for the handler, and bounds how long it may take; it satisfies huma.Resolver.
func (in *uploadInput) Resolve(ctx huma.Context) []error {
	in.body = ctx.BodyReader()
	if err := ctx.SetReadDeadline(time.Now().Add(ctx.Operation().BodyReadTimeout)); err != nil {
		return []error{err}
	}
	return nil
}

type mappingInput struct {
	IDInput
	Body struct {
		Mapping []string `json:"mapping" maxItems:"200" nullable:"false" doc:"The field that each column means; empty: none"`
	}
}

type exportInput struct {
	Kind   string `path:"kind" enum:"customers,vehicles,visits"`
	Format string `query:"format" enum:"csv,xlsx,json" default:"csv"`
}

// Bounds of an uploaded list and of how long it may take over a slow link.
const uploadTimeout = 10 * time.Minute

// imports are lists that are taken in, and given out.
func imports(a *API) {
	op := func(id, method, path, summary string) Op {
		return Op{ID: id, Method: method, Path: path, Tag: "imports", Summary: summary, Perm: account.ImportsRun}
	}
	Add(a, op("list-imports", http.MethodGet, "/imports", "The imports, newest first"), a.listImports)
	Add(a, op("list-import-fields", http.MethodGet, "/import-fields/{kind}", "What the columns of a list can mean"), a.listImportFields)
	a.addUpload(op("upload-import", http.MethodPost, "/imports", "Upload a list: CSV in UTF-8, GBK or UTF-16, or XLSX"))
	Add(a, op("get-import", http.MethodGet, "/imports/{id}", "One import, with how far it is"), a.getImport)
	Add(a, op("map-import", http.MethodPut, "/imports/{id}/mapping", "Say what the columns mean"), a.mapImport)
	for _, c := range []struct {
		id, path, summary string
		do                func(context.Context, store.By, string) (intake.Job, error)
	}{
		{"check-import", "check", "Begin a dry run: everything but the writing", a.Imports.Check},
		{"start-import", "start", "Begin to import", a.Imports.Start},
		{"cancel-import", "cancel", "End an import early; what it wrote stays until it is undone", a.Imports.Cancel},
		{"undo-import", "undo", "Begin to put back what an import wrote, except where it was changed since", a.Imports.Undo},
	} {
		Add(a, op(c.id, http.MethodPost, "/imports/{id}/"+c.path, c.summary), func(ctx context.Context, in *IDInput) (*importOutput, error) {
			return answerImport(c.do(ctx, ByOf(ctx), in.ID))
		})
	}
	Add(a, op("delete-import", http.MethodDelete, "/imports/{id}", "Forget an import; then it cannot be undone"), a.deleteImport)
	a.addErrors(op("get-import-errors", http.MethodGet, "/imports/{id}/errors", "The rows that were left out, as CSV: line, column, code, reason"))
	export := op("export-records", http.MethodGet, "/exports/{kind}", "All customers, vehicles or visits, as CSV, XLSX or JSON")
	export.Perm = account.ExportsRun
	a.addExport(export)
}

func (a *API) listImports(_ context.Context, in *Paging) (*importsOutput, error) {
	before, err := decodeCursor("list-imports", in.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := a.Imports.Jobs(before, in.Limit+1)
	views := make([]Import, len(list))
	for i, j := range list {
		views[i] = Import{j}
	}
	return &importsOutput{paged("list-imports", views, in.Limit, func(i Import) string { return i.ID })}, err
}

func (a *API) listImportFields(_ context.Context, in *kindInput) (*fieldsOutput, error) {
	fields, err := intake.FieldsOf(in.Kind)
	return &fieldsOutput{ImportFields{fields}}, err
}

func (a *API) getImport(_ context.Context, in *IDInput) (*importOutput, error) {
	return answerImport(a.Imports.Job(in.ID))
}

func (a *API) mapImport(ctx context.Context, in *mappingInput) (*importOutput, error) {
	return answerImport(a.Imports.SetMapping(ctx, ByOf(ctx), in.ID, in.Body.Mapping))
}

func (a *API) deleteImport(ctx context.Context, in *IDInput) (*struct{}, error) {
	if _, err := a.Imports.Job(in.ID); err != nil {
		return nil, err
	}
	return nil, a.Imports.Remove(ctx, ByOf(ctx), in.ID)
}

// addUpload adds the operation that takes a file, which may be larger than what should be held in memory.
func (a *API) addUpload(op Op) {
	op.Status, op.MaxBody, op.BodyTime = http.StatusCreated, sheet.DefaultLimits().Bytes, uploadTimeout
	h := a.operation(op)
	any := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	h.RequestBody = &huma.RequestBody{Required: true, Description: "The file as it is", Content: map[string]*huma.MediaType{"application/octet-stream": any}}
	huma.Register(a.huma, h, func(ctx context.Context, in *uploadInput) (*importOutput, error) {
		out, err := answerImport(a.Imports.Upload(ctx, ByOf(ctx), in.Kind, in.Name, requestOf(ctx).language, in.body))
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return out, nil
	})
}

func (a *API) addErrors(op Op) {
	h := a.operation(op)
	h.Responses["200"] = &huma.Response{Description: "The rows", Content: map[string]*huma.MediaType{intake.Formats()["csv"]: {}}}
	huma.Register(a.huma, h, func(ctx context.Context, in *IDInput) (*huma.StreamResponse, error) {
		file, err := a.Imports.Errors(in.ID)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return &huma.StreamResponse{Body: func(c huma.Context) {
			defer file.Close() //nolint:errcheck // read only
			_, w := humago.Unwrap(c)
			attach(w, "csv", "errors-"+in.ID)
			_, _ = io.Copy(w, file) // a client that went away needs no answer
		}}, nil
	})
}

// attach says that what follows is a file.
func attach(w http.ResponseWriter, format, name string) {
	w.Header().Set("Content-Type", intake.Formats()[format])
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.`+format+`"`)
	w.Header().Set("Cache-Control", "no-store")
}

// addExport adds the operation that gives all records out. A fault in the middle breaks the connection off, so that nobody
// takes half a file for a whole one.
func (a *API) addExport(op Op) {
	h := a.operation(op)
	content := map[string]*huma.MediaType{}
	for _, media := range intake.Formats() {
		content[media] = &huma.MediaType{}
	}
	h.Responses["200"] = &huma.Response{Description: "The file", Content: content}
	huma.Register(a.huma, h, func(ctx context.Context, in *exportInput) (*huma.StreamResponse, error) {
		return &huma.StreamResponse{Body: func(c huma.Context) {
			r, w := humago.Unwrap(c)
			attach(w, in.Format, in.Kind)
			err := a.Imports.Export(ctx, ByOf(ctx), in.Kind, in.Format, w)
			if err == nil {
				return
			}
			if r.Context().Err() == nil {
				a.log.Error("export", "kind", in.Kind, "error", err)
			}
			panic(http.ErrAbortHandler) //nolint:forbidigo // the way of net/http to break off
		}}, nil
	})
}
