package api

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/roster"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/web/text"
)

// request is what is known of a request before its operation.
type request struct {
	id        string
	language  string
	address   netip.Addr
	operation string
	caller    Caller
}

// Caller is who asks.
type Caller struct {
	User    account.User
	Person  string         // who of the roster it is: the user's agent, or the person with the user's login; "" for nobody
	Session string         // the session's id; "" for a token
	Token   *account.Token // nil for a session
}

// May reports whether the caller may do something: the role must grant it, and so must a token. Who has to change their
// password may do nothing before.
func (c Caller) May(p account.Permission) bool {
	return !c.mustChange() && c.User.ID != "" && c.User.Role.Grants(p) && (c.Token == nil || c.Token.Allows(p))
}

// mustChange reports whether somebody signed in with a password that is somebody else's idea.
func (c Caller) mustChange() bool { return c.User.MustChange && c.Token == nil }

type requestKey struct{}

// requestOf is the request that ctx is of; an empty one outside of any.
func requestOf(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	return &request{language: text.Chinese}
}

// CallerOf is who asks, for handlers: an operation that is not public has one.
func CallerOf(ctx context.Context) Caller { return requestOf(ctx).caller }

// ByOf names the caller to the store, for its audit.
func ByOf(ctx context.Context) store.By {
	r := requestOf(ctx)
	by := store.By{Who: r.caller.User.ID, Via: "console", Action: r.operation, Address: r.address.String()}
	if t := r.caller.Token; t != nil {
		by.Via = "token " + t.ID
	}
	return by
}

// begin makes the request's own record.
func (a *API) begin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req := &request{id: store.NewID(), language: text.Choose(r.Header.Get("Accept-Language"))}
		if ap, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
			req.address = ap.Addr()
		}
		w.Header().Set("X-Request-Id", req.id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestKey{}, req)))
	})
}

// readable refuses what is no text before anything reads it.
func (a *API) readable(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ok := utf8.ValidString(r.URL.Path)
		for k, vs := range r.URL.Query() {
			ok = ok && utf8.ValidString(k+strings.Join(vs, ""))
		}
		if !ok || strings.ContainsRune(r.URL.Path, 0) {
			a.refuse(w, r, fault.New(fault.Invalid, keyUTF8, "read request: the address is not UTF-8"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// identify finds out who asks and whether they may.
func (a *API) identify(ctx huma.Context, next func(huma.Context)) {
	op := ctx.Operation()
	req := requestOf(ctx.Context())
	req.operation = op.OperationID
	r, w := humago.Unwrap(ctx)
	perm, _ := op.Metadata[metaPerm].(account.Permission) //nolint:errcheck // operation sets it
	if perm == Public {
		next(ctx)
		return
	}
	var err error
	if req.caller, err = a.caller(r); err == nil {
		err = allowed(req.caller, perm)
	}
	if err == nil {
		err = a.perUser.take(req.caller.User.ID)
	}
	if err != nil {
		a.refuse(w, r.WithContext(ctx.Context()), err)
		return
	}
	next(ctx)
}

// caller reads the token if there is one, otherwise the session.
func (a *API) caller(r *http.Request) (c Caller, err error) {
	if h := r.Header.Get("Authorization"); h != "" {
		shown, ok := strings.CutPrefix(h, "Bearer ")
		if !ok {
			return c, fault.New(fault.Denied, account.KeyToken, "read token: not of the form Bearer …")
		}
		u, t, err := a.Accounts.ByToken(shown)
		return Caller{User: u, Token: &t, Person: a.person(u)}, err
	}
	c.User, c.Session, err = a.Accounts.Current(r.Context())
	c.Person = a.person(c.User)
	return c, err
}

// person is who of the roster a user is.
func (a *API) person(u account.User) string {
	if u.Agent != "" || a.Settings == nil || a.Settings.Current() == nil {
		return u.Agent
	}
	if slices.ContainsFunc(a.Settings.Current().Roster.People, func(p roster.Person) bool { return p.ID == u.Login }) {
		return u.Login
	}
	return ""
}

func allowed(c Caller, perm account.Permission) error {
	switch {
	case perm == Self && c.Token != nil:
		return fault.New(fault.Denied, keySelf, "this is for a person who is signed in, not for a token")
	case perm == Self || perm == SignedIn:
		return nil
	case c.mustChange():
		return fault.New(fault.Denied, keyMustChange, "the password must be changed first")
	case !c.May(perm):
		return fault.New(fault.Denied, keyDenied, "needs %s", perm)
	}
	return nil
}
