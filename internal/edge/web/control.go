package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/pprof"
	"strconv"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

// maxBody bounds what a request may send: the largest settings and the longest prompt.
const maxBody = 64 << 20

// Settings is what the door does to the settings; settings.Keeper satisfies it.
type Settings interface {
	Current() *settings.Document
	Import(ctx context.Context, data []byte, by string) (uint64, error)
	Undo(ctx context.Context, by string) (uint64, error)
	PutHolidayYear(ctx context.Context, data []byte, by string) (uint64, error)
	PublishFlow(ctx context.Context, id, by, note string) (uint64, error)
	RollBackFlow(ctx context.Context, id, by string, version int) (uint64, error)
}

// Calls shows call records.
type Calls interface {
	Recent(before call.ID, limit int) ([]call.CDR, error)
}

// Prompts takes recordings.
type Prompts interface {
	Save(language, id string, wav io.Reader) error
	Absent() []string
}

// Box is what else the door shows and does.
type Box interface {
	// Status is the box at this moment, as JSON shows it.
	Status(ctx context.Context) (any, error)
	Unban(id string) error
	// QueueLog opens the log of queue events, oldest first.
	QueueLog() (io.ReadCloser, error)
	// Recording is the row of a call's recording and where its file lies.
	Recording(call string) (any, error)
}

// Vault is the stored data as a whole.
type Vault interface {
	// Backup writes a backup of the box.
	Backup(ctx context.Context, w io.Writer) error
	// VerifyAudit goes through the whole audit and returns how many entries it has.
	VerifyAudit(ctx context.Context) (uint64, error)
}

// Keys let people in who have lost theirs.
type Keys interface {
	// LetIn gives a user a new password, to be changed at the first use, and takes away a lost second factor and lock-outs.
	LetIn(ctx context.Context, login, by string) (password string, err error)
}

// Control is the handler of the Unix socket. Whoever may open the socket may do all of it; By names them in the
// settings' history. ex is [Exchange], nil where there is none.
func Control(s Settings, c Calls, p Prompts, b Box, l Lines, v Vault, k Keys, ex http.Handler) http.Handler {
	mux := http.NewServeMux()
	d := door{s, c, p, b, l, v, k}
	mux.HandleFunc("GET /settings", d.exportSettings)
	mux.HandleFunc("PUT /settings", d.importSettings)
	mux.HandleFunc("POST /settings/undo", d.undo)
	mux.HandleFunc("PUT /settings/holidays", d.putHolidays)
	mux.HandleFunc("POST /flows/{id}/publish", d.publish)
	mux.HandleFunc("POST /flows/{id}/rollback/{version}", d.rollBack)
	mux.HandleFunc("GET /calls", d.calls)
	mux.HandleFunc("GET /recordings/{call}", d.recording)
	mux.HandleFunc("GET /queue-log", d.queueLog)
	mux.HandleFunc("PUT /prompts/{language}/{id}", d.savePrompt)
	mux.HandleFunc("GET /debug/pprof/", pprof.Index) // where time and memory go, for support
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /status", d.status)
	mux.HandleFunc("GET /backup", d.backup)
	mux.HandleFunc("GET /audit/verify", d.verifyAudit)
	mux.HandleFunc("POST /users/{login}/password", d.letIn)
	mux.HandleFunc("DELETE /bans/{id...}", d.unban)
	mux.HandleFunc("GET /lines", d.listLines)
	mux.HandleFunc("POST /lines/{name}/learn", d.learnLine)
	mux.HandleFunc("POST /lines/{name}/study", d.studyLine)
	mux.HandleFunc("POST /lines/{name}/capture", d.captureLine)
	if ex != nil {
		mux.Handle("/exchange/", ex)
	}
	return http.MaxBytesHandler(mux, maxBody)
}

type door struct {
	settings Settings
	records  Calls
	prompts  Prompts
	box      Box
	lines    Lines
	vault    Vault
	keys     Keys
}

func (d door) exportSettings(w http.ResponseWriter, _ *http.Request) {
	data, err := d.settings.Current().Encode()
	if err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(data) // a client that went away needs no answer
}

func (d door) importSettings(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		fail(w, fault.New(fault.Invalid, "request.unreadable", "read settings: %w", err))
		return
	}
	version, err := d.settings.Import(r.Context(), data, by(r))
	answerVersion(w, version, err)
}

func (d door) putHolidays(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		fail(w, fault.New(fault.Invalid, "request.unreadable", "read holidays: %w", err))
		return
	}
	version, err := d.settings.PutHolidayYear(r.Context(), data, by(r))
	answerVersion(w, version, err)
}

func (d door) undo(w http.ResponseWriter, r *http.Request) {
	version, err := d.settings.Undo(r.Context(), by(r))
	answerVersion(w, version, err)
}

func (d door) publish(w http.ResponseWriter, r *http.Request) {
	version, err := d.settings.PublishFlow(r.Context(), r.PathValue("id"), by(r), r.URL.Query().Get("note"))
	answerVersion(w, version, err)
}

func (d door) rollBack(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.PathValue("version"))
	if err != nil {
		fail(w, fault.New(fault.Invalid, "request.bad_version", "roll back: %q is not a version", r.PathValue("version")))
		return
	}
	version, err := d.settings.RollBackFlow(r.Context(), r.PathValue("id"), by(r), n)
	answerVersion(w, version, err)
}

// Page sizes of call records.
const (
	defaultCalls = 50
	maxCalls     = 1000
)

func (d door) calls(w http.ResponseWriter, r *http.Request) {
	limit := defaultCalls
	if s := r.URL.Query().Get("limit"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > maxCalls {
			fail(w, fault.New(fault.Invalid, "request.bad_limit", "list calls: limit %q is not from 1 to %d", s, maxCalls))
			return
		}
		limit = n
	}
	list, err := d.records.Recent(call.ID(r.URL.Query().Get("before")), limit)
	if err != nil {
		fail(w, err)
		return
	}
	writeJSON(w, http.StatusOK, list)
}

func (d door) recording(w http.ResponseWriter, r *http.Request) {
	v, err := d.box.Recording(r.PathValue("call"))
	if err != nil {
		fail(w, err)
		return
	}
	writeJSON(w, http.StatusOK, v)
}

func (d door) queueLog(w http.ResponseWriter, _ *http.Request) {
	f, err := d.box.QueueLog()
	if err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err = io.Copy(w, f)
	_ = errors.Join(err, f.Close()) // a client that went away needs no answer
}

func (d door) savePrompt(w http.ResponseWriter, r *http.Request) {
	if err := d.prompts.Save(r.PathValue("language"), r.PathValue("id"), r.Body); err != nil {
		fail(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (d door) status(w http.ResponseWriter, r *http.Request) {
	s, err := d.box.Status(r.Context())
	if err != nil {
		fail(w, err)
		return
	}
	writeJSON(w, http.StatusOK, s)
}

// backup streams a backup. One that fails on the way is cut off without its manifest, and so is no backup.
func (d door) backup(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/gzip")
	if err := d.vault.Backup(r.Context(), w); err != nil {
		panic(http.ErrAbortHandler) //nolint:forbidigo // net/http's own way to end a connection
	}
}

func (d door) letIn(w http.ResponseWriter, r *http.Request) {
	password, err := d.keys.LetIn(r.Context(), r.PathValue("login"), by(r))
	if err != nil {
		fail(w, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"password": password})
}

func (d door) verifyAudit(w http.ResponseWriter, r *http.Request) {
	n, err := d.vault.VerifyAudit(r.Context())
	if err != nil {
		fail(w, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]uint64{"entries": n})
}

func (d door) unban(w http.ResponseWriter, r *http.Request) {
	if err := d.box.Unban(r.PathValue("id")); err != nil {
		fail(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// by is who asks, for the settings' history.
func by(r *http.Request) string {
	if s := r.Header.Get("X-By"); s != "" {
		return s
	}
	return "local"
}

func answerVersion(w http.ResponseWriter, version uint64, err error) {
	if err != nil {
		fail(w, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]uint64{"version": version})
}

// Failure is the body of every answer that is not a success.
type Failure struct {
	Code     string            `json:"code"`
	Key      string            `json:"key"`
	Message  string            `json:"message"`
	Problems settings.Problems `json:"problems,omitempty"`
}

func fail(w http.ResponseWriter, err error) {
	code := fault.CodeOf(err)
	if _, ok := errors.AsType[settings.Problems](err); ok {
		code = fault.Invalid
	}
	writeJSON(w, api.StatusOf(code, ""), failure(err))
}

func failure(err error) Failure {
	if ps, ok := errors.AsType[settings.Problems](err); ok {
		return Failure{fault.Invalid.String(), "settings.invalid", err.Error(), ps}
	}
	return Failure{Code: fault.CodeOf(err).String(), Key: fault.KeyOf(err), Message: err.Error()}
}

func writeJSON(w http.ResponseWriter, code int, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = w.Write(append(data, '\n')) // a client that went away needs no answer
}
