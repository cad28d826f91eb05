package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/settings"
)

const problemType = "application/problem+json"

// Problem is what went wrong, as RFC 9457 has it, with a code for programs.
type Problem struct {
	Type    string         `json:"type" doc:"Always about:blank: the code tells problems apart"`
	Title   string         `json:"title" doc:"The status in words"`
	Status  int            `json:"status" doc:"The HTTP status"`
	Code    string         `json:"code" doc:"The stable name of the problem, such as queue.full"`
	Detail  string         `json:"detail" doc:"For people, in the language asked for by Accept-Language"`
	Request string         `json:"request_id,omitempty" doc:"To be found in the box's log"`
	Errors  []FieldProblem `json:"errors,omitempty" nullable:"false" doc:"What is wrong, field by field"`
	Allowed []string       `json:"allowed,omitempty" nullable:"false" doc:"The changes that the record's state allows, when it does not allow the one asked for"`
}

// FieldProblem is what is wrong with one field.
type FieldProblem struct {
	Location string `json:"location" doc:"Where, such as body.phones[1].number or query.limit"`
	Pointer  string `json:"pointer,omitempty" doc:"The field of the body as a JSON pointer (RFC 6901), such as #/phones/1/number"`
	Code     string `json:"code" doc:"The stable name of the problem"`
	Message  string `json:"message" doc:"For people, in the language asked for"`
}

// Error satisfies error.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus is the HTTP status, for huma.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is the media type of problems, for huma.
func (p *Problem) ContentType(string) string { return problemType }

// GetHeaders are what a problem says to programs besides, for huma.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	switch {
	case p.Code == keyLocked:
		h.Set("Retry-After", "900")
	case p.Status == http.StatusTooManyRequests:
		h.Set("Retry-After", "1")
	case p.Status == http.StatusUnauthorized:
		h.Set("WWW-Authenticate", "Bearer")
	}
	return h
}

// Keys of refusals that come from HTTP itself.
const (
	keyTooLarge     = "request.too_large"
	keyUnreadable   = "request.unreadable"
	keyInvalid      = "request.invalid"
	keyMissing      = "request.missing"
	keyUnknownField = "request.unknown_field"
	keyWrongType    = "request.wrong_type"
	keyDeep         = "request.too_deep"
	keyUTF8         = "request.not_utf8"
	keyNotFound     = "request.no_such_path"
	keyCrossSite    = "request.cross_site"
	keyTooMany      = "request.too_many"
	keyMediaType    = "request.media_type"
	keyTimeout      = "request.timeout"
	keyDenied       = "request.denied"
	keyMustChange   = "account.must_change_password"
	keySelf         = "request.person_only"
	keyNoMatch      = "request.match_missing"
	keyStale        = "request.stale"
	keyBadMatch     = "request.match_unreadable"
	keyBadCursor    = "request.bad_cursor"
	keyReused       = "request.key_reused"
	keyInProgress   = "request.in_progress"
	keyBadKey       = "request.bad_key"
	keyDisk         = "store.disk_full"
	keyElsewhere    = "settings.invalid_elsewhere"
	keyLocked       = "account.locked"
)

// statuses are those that a key says better than its code.
var statuses = map[string]int{ //nolint:gochecknoglobals // a constant table
	account.KeySignIn: http.StatusUnauthorized, account.KeyWrong: http.StatusUnauthorized,
	account.KeyTOTP: http.StatusUnauthorized, account.KeyToken: http.StatusUnauthorized, "account.totp_wrong": http.StatusUnauthorized,
	keyTooLarge: http.StatusRequestEntityTooLarge, keyUnreadable: http.StatusBadRequest, keyDeep: http.StatusBadRequest,
	keyUTF8: http.StatusBadRequest, keyBadCursor: http.StatusBadRequest, keyBadMatch: http.StatusBadRequest,
	keyMediaType: http.StatusUnsupportedMediaType, keyTimeout: http.StatusRequestTimeout,
	keyNoMatch: http.StatusPreconditionRequired, keyStale: http.StatusPreconditionFailed,
	keyDisk: http.StatusInsufficientStorage,
}

// StatusOf maps a fault to an HTTP status, here and nowhere else.
func StatusOf(c fault.Code, key string) int {
	if s, ok := statuses[key]; ok {
		return s
	}
	switch c {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Denied:
		return http.StatusForbidden
	case fault.Busy:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// problem makes an error what is shown. What is our own fault is logged and shown as no more than that.
func (a *API) problem(ctx context.Context, err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	req := requestOf(ctx)
	if fields, ok := errors.AsType[fault.Fields](err); ok {
		key := keyInvalid
		if !slices.ContainsFunc(fields, func(f fault.Field) bool { return f.Key != keyElsewhere }) {
			key = keyElsewhere // nothing is wrong with what was sent itself
		}
		return a.newProblem(req, http.StatusUnprocessableEntity, key, a.fields(req.language, fields))
	}
	if list, ok := errors.AsType[settings.Problems](err); ok {
		return a.newProblem(req, http.StatusUnprocessableEntity, "settings.invalid", documentFields(list))
	}
	code, key := fault.CodeOf(err), fault.KeyOf(err)
	if code == fault.Internal && ctx.Err() == nil {
		a.log.Error("request failed", "request", req.id, "error", err)
	}
	if code == fault.Internal {
		key = "internal"
	}
	p := a.newProblem(req, StatusOf(code, key), key, nil)
	if refused, ok := errors.AsType[*books.RefusedError](err); ok {
		p.Allowed = refused.Allowed
	}
	return p
}

func (a *API) newProblem(req *request, status int, key string, fields []FieldProblem) *Problem {
	return &Problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Code: key,
		Detail: a.texts.Of(req.language, key), Request: req.id, Errors: pointed(fields),
	}
}

var pathIndex = regexp.MustCompile(`\[(\d+)\]`) //nolint:gochecknoglobals // immutable

// pointed says of fields of the body where they are in the form that RFC 9457 §3 shows.
func pointed(fields []FieldProblem) []FieldProblem {
	for i, f := range fields {
		path, ok := strings.CutPrefix(f.Location, "body")
		if !ok || path != "" && path[0] != '.' && path[0] != '[' || strings.ContainsAny(path, " (") {
			continue // not in the body, or a place in words
		}
		fields[i].Pointer = "#" + strings.ReplaceAll(pathIndex.ReplaceAllString(path, ".$1"), ".", "/")
	}
	return fields
}

// fields translates field errors; a key without a text keeps its English one.
func (a *API) fields(language string, list fault.Fields) []FieldProblem {
	out := make([]FieldProblem, len(list))
	for i, f := range list {
		out[i] = FieldProblem{Location: bodyPath(f.Path), Code: f.Key, Message: f.Message}
		if m, ok := a.texts.Find(language, f.Key); ok {
			out[i].Message = naming(m, out[i].Location)
		}
	}
	return out
}

// elsewhere marks the path of a field that is not in what was sent, but in the settings.
const elsewhere = "@"

func bodyPath(path string) string {
	if p, ok := strings.CutPrefix(path, elsewhere); ok {
		return "settings." + p
	}
	return strings.TrimSuffix("body."+path, ".")
}

// documentFields shows the problems of a settings document, whose texts are English.
func documentFields(list settings.Problems) []FieldProblem {
	out := make([]FieldProblem, len(list))
	for i, p := range list {
		at := p.Path
		if p.Line > 0 {
			at = fmt.Sprintf("line %d", p.Line)
		}
		out[i] = FieldProblem{Location: bodyPath(at), Code: "settings.invalid", Message: p.Text}
	}
	return out
}

// transform turns huma's own errors into ours. Values are left out: they could be passwords.
func (a *API) transform(ctx huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	req := requestOf(ctx.Context())
	key, ok := modelKeys[m.Status]
	if !ok {
		key = keyInvalid
	}
	var fields []FieldProblem
	for _, e := range m.Errors {
		if e == nil {
			continue
		}
		k := keyOfMessage(e.Message)
		if e.Location == "" && (k == keyInvalid || k == keyUnreadable) {
			e.Location = "body"
		}
		if k == keyDeep || k == keyUTF8 {
			key = k
		}
		name := missingName(e) // the location is that of the object that lacks it
		if name != "" {
			e.Location += "." + name
		}
		fields = append(fields, FieldProblem{Location: e.Location, Code: k, Message: naming(a.texts.Of(req.language, k), e.Location)})
	}
	if m.Status == http.StatusInternalServerError {
		a.log.Error("request failed", "request", req.id, "error", m.Detail)
		fields = nil
	}
	return a.newProblem(req, m.Status, key, fields), nil
}

// naming puts the last part of a place into a text that names it.
func naming(text, location string) string {
	return strings.ReplaceAll(text, "{field}", location[strings.LastIndexByte(location, '.')+1:])
}

// missingName is the property that is missing, of an error about the object that lacks it.
func missingName(e *huma.ErrorDetail) string {
	rest, ok := strings.CutPrefix(e.Message, msgRequired)
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, " ")
	return name
}

// msgRequired is how huma's text about a missing property begins; its name follows.
const msgRequired = "expected required property "

var modelKeys = map[int]string{ //nolint:gochecknoglobals // a constant table
	http.StatusBadRequest: keyUnreadable, http.StatusRequestEntityTooLarge: keyTooLarge, http.StatusRequestTimeout: keyTimeout,
	http.StatusUnsupportedMediaType: keyMediaType, http.StatusInternalServerError: "internal", http.StatusNotAcceptable: keyMediaType,
}

// messageKeys are how huma's texts begin, and our keys for them.
var messageKeys = [][2]string{ //nolint:gochecknoglobals // a constant table
	{msgDeep, keyDeep},
	{msgUTF8, keyUTF8},
	{msgRequired, keyMissing},
	{"required ", keyMissing},
	{"unexpected property", keyUnknownField},
	{"unknown query parameter", keyUnknownField},
	{"expected length >=", "text.too_short"},
	{"expected length <=", "text.too_long"},
	{"expected array length", "list.length"},
	{"expected number >", "number.out_of_range"},
	{"expected number <", "number.out_of_range"},
	{"expected value to be one of", "value.not_listed"},
	{"expected string to ", "text.bad_format"},
	{"expected ", keyWrongType},
	{"invalid integer", keyWrongType},
	{"invalid floating", keyWrongType},
	{"invalid boolean", keyWrongType},
	{"invalid date", "text.bad_format"},
	{"unknown content type", keyMediaType},
}

func keyOfMessage(message string) string {
	i := slices.IndexFunc(messageKeys, func(m [2]string) bool { return strings.HasPrefix(message, m[0]) })
	if i < 0 {
		return keyUnreadable
	}
	return messageKeys[i][1]
}

// refuse answers a request that does not get as far as its operation.
func (a *API) refuse(w http.ResponseWriter, r *http.Request, err error) {
	p := a.problem(r.Context(), err)
	maps.Copy(w.Header(), p.GetHeaders())
	w.Header().Set("Content-Type", problemType)
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // a client that went away needs no answer
}
