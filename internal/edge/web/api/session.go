package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/edge/account"
)

// Me is who is signed in, and what they may do.
type Me struct {
	User        User                 `json:"user"`
	Permissions []account.Permission `json:"permissions" nullable:"false"`
	Session     string               `json:"session,omitempty" doc:"The session's id; absent for a token"`
}

type meOutput struct {
	Body Me
}

type signInInput struct {
	Client string `header:"User-Agent"`
	Body   struct {
		Login    string `json:"login" maxLength:"64"`
		Password string `json:"password" maxLength:"128"`
		Code     string `json:"code,omitempty" maxLength:"40" doc:"Of the second factor, or a recovery code"`
	}
}

type passwordInput struct {
	Body struct {
		Current string `json:"current_password" maxLength:"128"`
		New     string `json:"new_password" maxLength:"128"`
	}
}

type confirmInput struct {
	Body struct {
		Password string `json:"password" maxLength:"128" doc:"One's own, once more"`
	}
}

// TOTPSecret is a second factor that waits for its confirmation.
type TOTPSecret struct {
	Secret string `json:"secret" doc:"To be typed"`
	URL    string `json:"url" doc:"To be scanned as a QR code"`
}

type totpOutput struct{ Body TOTPSecret }

type codeInput struct {
	Body struct {
		Code string `json:"code" maxLength:"10"`
	}
}

type recoveryOutput struct {
	Body struct {
		Codes []string `json:"recovery_codes" nullable:"false" doc:"Each signs in once in place of a code; they are not shown again"`
	}
}

// SessionInfo is somebody who is signed in somewhere.
type SessionInfo struct {
	ID      string    `json:"id"`
	User    string    `json:"user"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen" doc:"To the minute"`
	Expires time.Time `json:"expires"`
	Address string    `json:"address"`
	Client  string    `json:"client" doc:"The browser, as it calls itself"`
	Current bool      `json:"current" doc:"This is the session that asks"`
}

type sessionsOutput struct{ Body Page[SessionInfo] }

// IDInput names a record. Like all parts of an input it is exported: huma does not look into others.
type IDInput struct {
	ID string `path:"id" maxLength:"64"`
}

// session is signing in and out, and what is one's own.
func session(a *API) {
	op := func(id, method, path, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: method, Path: path, Tag: "session", Summary: summary, Perm: perm}
	}
	in := op("sign-in", http.MethodPost, "/session", "Sign in; the answer sets the session's cookie", Public)
	in.Secret = true
	Add(a, in, a.signIn)
	Add(a, op("get-me", http.MethodGet, "/session", "Who is signed in", SignedIn), a.getMe)
	Add(a, op("sign-out", http.MethodDelete, "/session", "Sign out", Self), a.signOut)
	change := op("change-password", http.MethodPost, "/session/password", "Change one's own password; other sessions end", Self)
	change.Secret = true
	Add(a, change, a.changePassword)
	begin := op("begin-totp", http.MethodPost, "/session/totp", "Begin a second factor", Self)
	begin.Secret = true
	Add(a, begin, a.beginTOTP)
	confirm := op("confirm-totp", http.MethodPost, "/session/totp/confirm", "Put the second factor in force", Self)
	confirm.Secret = true
	Add(a, confirm, a.confirmTOTP)
	remove := op("remove-totp", http.MethodPost, "/session/totp/remove", "Sign in without a second factor again", Self)
	remove.Secret = true
	Add(a, remove, a.removeTOTP)
	Add(a, op("list-my-sessions", http.MethodGet, "/session/all", "Where one is signed in", Self), a.listMySessions)
	Add(a, op("end-my-session", http.MethodDelete, "/session/all/{id}", "Sign one of one's own sessions out", Self), a.endMySession)
}

func (a *API) signIn(ctx context.Context, in *signInInput) (*meOutput, error) {
	req := requestOf(ctx)
	source := account.Source(req.address)
	if err := a.signIns.take(source); err != nil {
		return nil, err
	}
	u, err := a.Accounts.SignIn(ctx, account.Attempt{
		Login: in.Body.Login, Password: in.Body.Password, Code: in.Body.Code, Source: source, By: ByOf(ctx),
	})
	if err != nil {
		return nil, err
	}
	return a.beginSession(ctx, u, in.Client)
}

func (a *API) beginSession(ctx context.Context, u account.User, client string) (*meOutput, error) {
	if err := a.Accounts.Begin(ctx, u, requestOf(ctx).address.String(), client); err != nil {
		return nil, err
	}
	return &meOutput{a.me(Caller{User: u})}, nil
}

func (a *API) me(c Caller) Me {
	granted := slices.DeleteFunc(account.Permissions(), func(p account.Permission) bool { return !c.May(p) })
	return Me{User: showUser(c.User), Permissions: granted, Session: c.Session}
}

func (a *API) getMe(ctx context.Context, _ *struct{}) (*meOutput, error) {
	return &meOutput{a.me(CallerOf(ctx))}, nil
}

func (a *API) signOut(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, a.Accounts.End(ctx)
}

func (a *API) changePassword(ctx context.Context, in *passwordInput) (*struct{}, error) {
	c := CallerOf(ctx)
	return nil, a.Accounts.ChangePassword(ctx, ByOf(ctx), c.User.ID, in.Body.Current, in.Body.New, c.Session)
}

func (a *API) beginTOTP(ctx context.Context, in *confirmInput) (*totpOutput, error) {
	by, id := ByOf(ctx), CallerOf(ctx).User.ID
	if err := a.Accounts.Confirm(ctx, by, id, "password", in.Body.Password); err != nil {
		return nil, err
	}
	secret, url, err := a.Accounts.BeginTOTP(ctx, by, id)
	return &totpOutput{TOTPSecret{secret, url}}, err
}

func (a *API) confirmTOTP(ctx context.Context, in *codeInput) (*recoveryOutput, error) {
	codes, err := a.Accounts.ConfirmTOTP(ctx, ByOf(ctx), CallerOf(ctx).User.ID, in.Body.Code)
	out := &recoveryOutput{}
	out.Body.Codes = codes
	return out, err
}

func (a *API) removeTOTP(ctx context.Context, in *confirmInput) (*struct{}, error) {
	by, id := ByOf(ctx), CallerOf(ctx).User.ID
	if err := a.Accounts.Confirm(ctx, by, id, "password", in.Body.Password); err != nil {
		return nil, err
	}
	return nil, a.Accounts.DisableTOTP(ctx, by, id)
}

func (a *API) listMySessions(ctx context.Context, _ *struct{}) (*sessionsOutput, error) {
	return a.sessionsOf(ctx, CallerOf(ctx).User.ID)
}

func (a *API) sessionsOf(ctx context.Context, user string) (*sessionsOutput, error) {
	list, err := a.Accounts.Sessions(user)
	out := &sessionsOutput{Page[SessionInfo]{Items: []SessionInfo{}}}
	for _, s := range list {
		out.Body.Items = append(out.Body.Items, SessionInfo{
			s.ID, s.User, s.Created, s.Seen, s.Expires, s.Address, s.Client, s.ID == CallerOf(ctx).Session,
		})
	}
	slices.SortFunc(out.Body.Items, func(a, b SessionInfo) int { return b.Created.Compare(a.Created) })
	return out, err
}

func (a *API) endMySession(ctx context.Context, in *IDInput) (*struct{}, error) {
	return nil, a.Accounts.EndSession(ctx, ByOf(ctx), CallerOf(ctx).User.ID, in.ID)
}
