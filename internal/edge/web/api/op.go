package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dealerline/dealerline/internal/edge/account"
)

// Operations that no role's permission covers say so in the same place.
const (
	Public   account.Permission = "public"    // anybody
	SignedIn account.Permission = "signed-in" // whoever has a session or a token
	Self     account.Permission = "self"      // a person with a session, for what is theirs; no token
)

// Op declares one operation of the API. ID, Method, Path, Perm and Summary are needed; New fails without.
type Op struct {
	ID      string             // "list-users": for ever, clients are made from it
	Method  string             // http.MethodGet …
	Path    string             // below /api/v1
	Tag     string             // the resource, as the description groups it
	Summary string             // one line
	Perm    account.Permission // who may: a permission, or Public, SignedIn, Self
	Status  int                // of success; 0: 200, or 204 without a body
	MaxBody int64              // octets; 0: 1 MiB
	// Unchecked bodies are not held against the schema: the handler checks them and says more than a schema can.
	Unchecked bool
	// Secret answers are not kept to be replayed for an Idempotency-Key.
	Secret bool
	// BodyTime is how long the body may take; 0: 5 s.
	BodyTime time.Duration
}

// Prefix is where all operations lie.
const Prefix = "/api/v1"

// Resource adds its operations to an API.
type Resource func(a *API)

const (
	metaPerm   = "perm"
	metaSecret = "secret"
)

// Add adds an operation. The handler's errors are faults (or [fault.Fields], settings.Problems): they become problem
// details in the language asked for.
func Add[I, O any](a *API, op Op, handle func(ctx context.Context, in *I) (*O, error)) {
	huma.Register(a.huma, a.operation(op), func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return out, nil
	})
}

// operation checks a declaration and makes huma's of it. Resources that register with huma themselves (streams) use it
// too, so that no operation is without a permission.
func (a *API) operation(op Op) huma.Operation {
	var missing []string
	if op.ID == "" || a.ids[op.ID] {
		missing = append(missing, "an id of its own")
	}
	if !op.Perm.Known() && op.Perm != Public && op.Perm != SignedIn && op.Perm != Self {
		missing = append(missing, fmt.Sprintf("a permission (%q is none)", op.Perm))
	}
	if op.Summary == "" {
		missing = append(missing, "a summary")
	}
	if len(missing) > 0 {
		a.wrong = append(a.wrong, fmt.Errorf("operation %q, %s %s: lacks %s", op.ID, op.Method, op.Path, strings.Join(missing, ", ")))
	}
	a.ids[op.ID] = true
	h := huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: Prefix + op.Path, Summary: op.Summary, DefaultStatus: op.Status,
		MaxBodyBytes: op.MaxBody, BodyReadTimeout: op.BodyTime, SkipValidateBody: op.Unchecked, RejectUnknownQueryParameters: true,
		Metadata:   map[string]any{metaPerm: op.Perm, metaSecret: op.Secret},
		Extensions: map[string]any{"x-perm": string(op.Perm)},
		Responses: map[string]*huma.Response{"default": {
			Description: "What went wrong (RFC 9457)",
			Content:     map[string]*huma.MediaType{problemType: {Schema: a.problemSchema}},
		}},
	}
	if op.Tag != "" {
		h.Tags = []string{op.Tag}
	}
	switch op.Perm {
	case Public:
		h.Security = []map[string][]string{{}}
	case Self:
		h.Security = []map[string][]string{{"session": {}}}
	default:
		h.Security = []map[string][]string{{"session": {}}, {"token": {}}}
	}
	if op.Method == http.MethodPost && !op.Secret {
		limit := maxIdempotencyKey
		h.Parameters = append(h.Parameters, &huma.Param{
			Name: idempotencyHeader, In: "header",
			Description: "A value of the client's choice. The same request with the same value within a day gets the first one's answer again.",
			Schema:      &huma.Schema{Type: huma.TypeString, MaxLength: &limit},
		})
	}
	return h
}
