package api

import (
	"context"
	"net/http"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/account"
)

// Token lets a machine in for a user.
type Token struct {
	ID       string     `json:"id"`
	Name     string     `json:"name"`
	User     string     `json:"user" doc:"On whose behalf it acts"`
	Scopes   []string   `json:"scopes" nullable:"false" doc:"Permissions; they hold as far as the user's role grants them"`
	Created  time.Time  `json:"created"`
	Expires  *time.Time `json:"expires,omitempty" doc:"Absent: never"`
	LastUsed *time.Time `json:"last_used,omitempty" doc:"To the minute; absent: not yet"`
}

func showToken(t account.TokenState) Token {
	out := Token{ID: t.ID, Name: t.Name, User: t.User, Scopes: []string{}, Created: t.Created}
	for _, s := range t.Scopes {
		out.Scopes = append(out.Scopes, string(s))
	}
	if !t.Expires.IsZero() {
		out.Expires = &t.Expires
	}
	if !t.LastUsed.IsZero() {
		out.LastUsed = &t.LastUsed
	}
	return out
}

type tokensOutput struct{ Body Page[Token] }

type createTokenInput struct {
	Body struct {
		Name    string     `json:"name" maxLength:"100"`
		User    string     `json:"user,omitempty" maxLength:"64" doc:"On whose behalf it acts; absent: whoever makes it"`
		Scopes  []string   `json:"scopes" nullable:"false" maxItems:"64"`
		Expires *time.Time `json:"expires,omitempty"`
	}
}

// NewToken is a token that was just made.
type NewToken struct {
	Token  Token  `json:"token"`
	Secret string `json:"secret" doc:"What to send as a bearer token; it is not shown again"`
}

type newTokenOutput struct{ Body NewToken }

// tokens let machines in.
func tokens(a *API) {
	op := func(id, method, path, summary string) Op {
		return Op{ID: id, Method: method, Path: path, Tag: "tokens", Summary: summary, Perm: account.UsersManage}
	}
	Add(a, op("list-tokens", http.MethodGet, "/tokens", "The tokens of all users"), a.listTokens)
	create := op("create-token", http.MethodPost, "/tokens", "Make a token")
	create.Status, create.Secret = http.StatusCreated, true
	Add(a, create, a.createToken)
	Add(a, op("delete-token", http.MethodDelete, "/tokens/{id}", "Withdraw a token at once"), a.deleteToken)
}

func (a *API) listTokens(context.Context, *struct{}) (*tokensOutput, error) {
	list, err := a.Accounts.Tokens()
	out := &tokensOutput{Page[Token]{Items: []Token{}}}
	for _, t := range list {
		out.Body.Items = append(out.Body.Items, showToken(t))
	}
	return out, err
}

func (a *API) createToken(ctx context.Context, in *createTokenInput) (*newTokenOutput, error) {
	c := CallerOf(ctx)
	t := account.Token{Name: in.Body.Name, User: in.Body.User}
	if t.User == "" {
		t.User = c.User.ID
	}
	for _, s := range in.Body.Scopes {
		p := account.Permission(s)
		if p.Known() && !c.May(p) { // a token must not make a wider one
			return nil, fault.Fields{{Path: "scopes", Key: "token.scope_too_wide", Message: "who makes the token may not do that"}}
		}
		t.Scopes = append(t.Scopes, p)
	}
	if in.Body.Expires != nil {
		t.Expires = *in.Body.Expires
	}
	made, secret, err := a.Accounts.CreateToken(ctx, ByOf(ctx), t)
	return &newTokenOutput{NewToken{showToken(account.TokenState{Token: made}), secret}}, err
}

func (a *API) deleteToken(ctx context.Context, in *IDInput) (*struct{}, error) {
	return nil, a.Accounts.DeleteToken(ctx, ByOf(ctx), in.ID)
}
