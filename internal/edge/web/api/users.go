package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// User is a person who may use the box.
type User struct {
	ID         string    `json:"id"`
	Login      string    `json:"login"`
	Name       string    `json:"name"`
	Role       string    `json:"role" enum:"installer,admin,supervisor,agent,advisor,qa,viewer,headquarters"`
	Agent      string    `json:"agent" doc:"The agent of the queues who this is; empty: none"`
	Extension  string    `json:"extension" doc:"Where they take calls unless they say otherwise; empty: none"`
	Language   string    `json:"language" enum:"zh-CN,en"`
	Disabled   bool      `json:"disabled"`
	MustChange bool      `json:"must_change" doc:"They must change their password before anything else"`
	TOTP       bool      `json:"totp" doc:"They sign in with a second factor"`
	Created    time.Time `json:"created"`
	Rev        uint64    `json:"rev" doc:"The revision, as in the ETag"`
}

func showUser(u account.User) User {
	return User{
		u.ID, u.Login, u.Name, string(u.Role), u.Agent, u.Extension, u.Language, u.Disabled, u.MustChange, u.TOTP, u.Created, u.Meta.Rev,
	}
}

// UserFields is what others decide about a user.
type UserFields struct {
	Login     string `json:"login" maxLength:"64"`
	Name      string `json:"name" maxLength:"100"`
	Role      string `json:"role" enum:"installer,admin,supervisor,agent,advisor,qa,viewer,headquarters"`
	Agent     string `json:"agent,omitempty" maxLength:"64"`
	Extension string `json:"extension,omitempty" maxLength:"32"`
	Language  string `json:"language,omitempty" enum:"zh-CN,en"`
	Disabled  bool   `json:"disabled,omitempty"`
}

func (f UserFields) user() account.User {
	return account.User{
		Login: f.Login, Name: f.Name, Role: account.Role(f.Role), Agent: f.Agent, Extension: f.Extension, Language: f.Language, Disabled: f.Disabled,
	}
}

type userOutput struct {
	ETag string `header:"ETag"`
	Body User
}

func answerUser(u account.User, err error) (*userOutput, error) {
	return &userOutput{ETag(u.Meta.Rev), showUser(u)}, err
}

type usersInput struct {
	Paging
	Query string `query:"q" maxLength:"100" doc:"Part of a login, a name, an agent's number or an extension"`
	Role  string `query:"role" enum:"installer,admin,supervisor,agent,advisor,qa,viewer,headquarters"`
	Agent string `query:"agent" maxLength:"64" doc:"Who is this agent of the queues"`
}

type usersOutput struct{ Body Page[User] }

type createUserInput struct {
	Body struct {
		UserFields
		Password string `json:"password" maxLength:"128" doc:"To be changed when they sign in for the first time"`
	}
}

type updateUserInput struct {
	IDInput
	IfMatch
	Body UserFields
}

type deleteUserInput struct {
	IDInput
	IfMatch
}

type setPasswordInput struct {
	IDInput
	Body struct {
		Password string `json:"password" maxLength:"128" doc:"To be changed when they sign in"`
	}
}

// LockoutInfo is one login that was tried too often from one address.
type LockoutInfo struct {
	Login  string    `json:"login"`
	Source string    `json:"source"`
	Until  time.Time `json:"until"`
}

type lockoutsOutput struct{ Body Page[LockoutInfo] }

// users are the people who may use the box, and their sessions.
func users(a *API) {
	op := func(id, method, path, summary string) Op {
		return Op{ID: id, Method: method, Path: path, Tag: "users", Summary: summary, Perm: account.UsersManage}
	}
	Add(a, op("list-users", http.MethodGet, "/users", "The users, in the order of their making"), a.listUsers)
	create := op("create-user", http.MethodPost, "/users", "Make a user")
	create.Status = http.StatusCreated
	Add(a, create, a.createUser)
	Add(a, op("get-user", http.MethodGet, "/users/{id}", "One user"), a.getUser)
	Add(a, op("update-user", http.MethodPut, "/users/{id}", "Change a user"), a.updateUser)
	Add(a, op("delete-user", http.MethodDelete, "/users/{id}", "Remove a user with their sessions and tokens"), a.deleteUser)
	reset := op("set-user-password", http.MethodPost, "/users/{id}/password", "Give a user a new password; their sessions end")
	reset.Secret = true
	Add(a, reset, a.setPassword)
	Add(a, op("remove-user-totp", http.MethodDelete, "/users/{id}/totp", "Let a user who lost their second factor sign in without"), a.removeUserTOTP)
	Add(a, op("list-user-sessions", http.MethodGet, "/users/{id}/sessions", "Where a user is signed in"), a.listUserSessions)
	Add(a, op("end-user-sessions", http.MethodDelete, "/users/{id}/sessions", "Sign a user out everywhere"), a.endUserSessions)
	Add(a, op("list-sessions", http.MethodGet, "/sessions", "Who is signed in"), a.listSessions)
	Add(a, op("end-session", http.MethodDelete, "/sessions/{id}", "Sign one session out"), a.endSession)
	Add(a, op("list-lockouts", http.MethodGet, "/lockouts", "Logins that were tried too often"), a.listLockouts)
	Add(a, op("lift-lockout", http.MethodDelete, "/lockouts/{id}", "Let a login in again; id is the login"), a.liftLockout)
}

func (a *API) listUsers(_ context.Context, in *usersInput) (*usersOutput, error) {
	after, err := decodeCursor("list-users", in.Cursor)
	if err != nil {
		return nil, err
	}
	f := account.UserFilter{Text: in.Query, Role: account.Role(in.Role), Agent: in.Agent}
	list, err := a.Accounts.Find(f, after, in.Limit+1)
	shown := make([]User, len(list))
	for i, u := range list {
		shown[i] = showUser(u)
	}
	return &usersOutput{paged("list-users", shown, in.Limit, func(u User) string { return u.ID })}, err
}

func (a *API) createUser(ctx context.Context, in *createUserInput) (*userOutput, error) {
	u := in.Body.user()
	if err := a.checkUser(u); err != nil {
		return nil, err
	}
	return answerUser(a.Accounts.Create(ctx, ByOf(ctx), u, in.Body.Password))
}

// checkUser checks what a user has of the queues and the phones.
func (a *API) checkUser(u account.User) error {
	d := a.Settings.Current()
	var wrong fault.Fields
	if u.Agent != "" && !slices.ContainsFunc(d.Agents, func(x acd.Agent) bool { return x.ID == u.Agent }) {
		wrong.Add("agent", "user.agent_unknown", "there is no agent %q", u.Agent)
	}
	if u.Extension != "" && !slices.ContainsFunc(d.Extensions, func(x sipua.Extension) bool { return x.Number == u.Extension }) {
		wrong.Add("extension", "user.extension_unknown", "there is no extension %q", u.Extension)
	}
	return wrong.Err()
}

func (a *API) getUser(_ context.Context, in *IDInput) (*userOutput, error) {
	return answerUser(a.Accounts.User(in.ID))
}

func (a *API) updateUser(ctx context.Context, in *updateUserInput) (*userOutput, error) {
	old, err := a.Accounts.User(in.ID)
	if err != nil {
		return nil, err
	}
	if err := in.Check(old.Meta.Rev); err != nil {
		return nil, err
	}
	u := in.Body.user()
	u.ID, u.Meta = old.ID, old.Meta
	if err := a.checkUser(u); err != nil {
		return nil, err
	}
	return answerUser(a.Accounts.Update(ctx, ByOf(ctx), u))
}

func (a *API) deleteUser(ctx context.Context, in *deleteUserInput) (*struct{}, error) {
	u, err := a.Accounts.User(in.ID)
	if err != nil {
		return nil, err
	}
	if err := in.Check(u.Meta.Rev); err != nil {
		return nil, err
	}
	return nil, a.Accounts.Delete(ctx, ByOf(ctx), in.ID, u.Meta.Rev)
}

func (a *API) setPassword(ctx context.Context, in *setPasswordInput) (*struct{}, error) {
	return nil, a.Accounts.SetPassword(ctx, ByOf(ctx), in.ID, in.Body.Password)
}

func (a *API) removeUserTOTP(ctx context.Context, in *IDInput) (*struct{}, error) {
	return nil, a.Accounts.DisableTOTP(ctx, ByOf(ctx), in.ID)
}

func (a *API) listUserSessions(ctx context.Context, in *IDInput) (*sessionsOutput, error) {
	if _, err := a.Accounts.User(in.ID); err != nil {
		return nil, err
	}
	return a.sessionsOf(ctx, in.ID)
}

func (a *API) endUserSessions(ctx context.Context, in *IDInput) (*struct{}, error) {
	if _, err := a.Accounts.User(in.ID); err != nil {
		return nil, err
	}
	return nil, a.Accounts.EndSessions(ctx, ByOf(ctx), in.ID, CallerOf(ctx).Session)
}

func (a *API) listSessions(ctx context.Context, _ *struct{}) (*sessionsOutput, error) {
	return a.sessionsOf(ctx, "")
}

func (a *API) endSession(ctx context.Context, in *IDInput) (*struct{}, error) {
	return nil, a.Accounts.EndSession(ctx, ByOf(ctx), "", in.ID)
}

func (a *API) listLockouts(context.Context, *struct{}) (*lockoutsOutput, error) {
	out := &lockoutsOutput{Page[LockoutInfo]{Items: []LockoutInfo{}}}
	for _, l := range a.Accounts.Lockouts().List(time.Now()) {
		out.Body.Items = append(out.Body.Items, LockoutInfo(l))
	}
	return out, nil
}

func (a *API) liftLockout(ctx context.Context, in *IDInput) (*struct{}, error) {
	n := a.Accounts.Lockouts().Lift(in.ID, time.Now())
	if n == 0 {
		return nil, fault.New(fault.NotFound, "account.not_locked", "lift lock-out: %q is not locked out", in.ID)
	}
	return nil, a.note(ctx, "session", "", map[string]string{"what": "lock-out lifted", "login": in.ID, "lock_outs": fmt.Sprint(n)})
}
