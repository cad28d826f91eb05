package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// tokenPrefix lets people and secret scanners know what they see.
const tokenPrefix = "dlt_"

const (
	tokenSecretBytes = 32
	maxTokens        = 200 // of all users together
)

// Token lets a machine in for a user. Field numbers are for ever.
type Token struct {
	ID      string       `cbor:"1,keyasint" json:"id"`
	Name    string       `cbor:"2,keyasint" json:"name"`
	User    string       `cbor:"3,keyasint" json:"user"` // on whose behalf it acts
	Scopes  []Permission `cbor:"4,keyasint" json:"scopes"`
	Created time.Time    `cbor:"5,keyasint" json:"created"`
	Expires time.Time    `cbor:"6,keyasint,omitzero" json:"expires"` // zero: never
}

// tokenUse is when a token was last used, apart so that use is not audited.
type tokenUse struct {
	ID string    `cbor:"1,keyasint"`
	At time.Time `cbor:"2,keyasint"`
}

var tokens = store.Table[Token]{ //nolint:gochecknoglobals // a declaration
	Name: "token", Local: true, Audited: true,
	Key: func(t Token) []byte { return store.IDKey(t.ID) },
	Indexes: []store.Index[Token]{
		{Name: "user", Keys: func(t Token) [][]byte { return [][]byte{append([]byte(t.User), 0)} }},
	},
}

var tokenUses = store.Table[tokenUse]{ //nolint:gochecknoglobals // a declaration
	Name: "token_use", Local: true,
	Key: func(t tokenUse) []byte { return store.IDKey(t.ID) },
}

// ParseToken takes a token apart: dlt_ and the id's 32 hexadecimal digits, _ and the secret in URL-safe base64.
func ParseToken(s string) (id string, secret []byte, ok bool) {
	rest, ok := strings.CutPrefix(s, tokenPrefix)
	if !ok || len(rest) < 33 || rest[32] != '_' {
		return "", nil, false
	}
	raw, err := hex.DecodeString(rest[:32])
	if err != nil {
		return "", nil, false
	}
	secret, err = base64.RawURLEncoding.Strict().DecodeString(rest[33:])
	if err != nil || len(secret) != tokenSecretBytes {
		return "", nil, false
	}
	return uuid.UUID(raw).String(), secret, true
}

func showToken(id string, secret []byte) string {
	return tokenPrefix + strings.ReplaceAll(id, "-", "") + "_" + base64.RawURLEncoding.EncodeToString(secret)
}

// CreateToken makes a token with scopes that its user's role grants. shown is the token itself; it is kept nowhere.
func (a *Accounts) CreateToken(ctx context.Context, by store.By, t Token) (_ Token, shown string, err error) {
	t.ID, t.Created, t.Expires = store.NewID(), time.Now().UTC(), t.Expires.UTC()
	t.Name = strings.TrimSpace(t.Name)
	slices.Sort(t.Scopes)
	t.Scopes = slices.Compact(t.Scopes)
	secret := make([]byte, tokenSecretBytes)
	_, _ = rand.Read(secret) // never fails, see crypto/rand
	hash := sha256.Sum256(secret)
	err = a.db.Change(ctx, by, func(tx *store.Tx) error {
		u, err := getUser(tx, t.User)
		if fault.CodeOf(err) == fault.NotFound {
			return fault.Fields{{Path: "user", Key: "user.not_found", Message: "is no user"}}
		}
		if err != nil {
			return err
		}
		if wrong := t.check(u); len(wrong) > 0 {
			return wrong
		}
		n := 0
		for _, err := range tokens.Ascend(tx, nil) {
			if err != nil {
				return err
			}
			n++
		}
		if n >= maxTokens {
			return fault.New(fault.Conflict, "token.too_many", "make token: there are %d already", n)
		}
		if err := credentials.Put(tx, credential{ID: t.ID, Token: hash[:]}); err != nil {
			return err
		}
		return tokens.Put(tx, t)
	})
	return t, showToken(t.ID, secret), err
}

func (t Token) check(u User) (wrong fault.Fields) {
	if t.Name == "" {
		wrong.Add("name", "text.empty", "must not be empty")
	}
	if utf8.RuneCountInString(t.Name) > maxName {
		wrong.Add("name", "text.too_long", "has more than %d characters", maxName)
	}
	if len(t.Scopes) == 0 {
		wrong.Add("scopes", "text.empty", "must not be empty")
	}
	for _, p := range t.Scopes {
		switch {
		case !p.Known():
			wrong.Add("scopes", "token.scope_unknown", "%q is no permission", p)
		case !u.Role.Grants(p):
			wrong.Add("scopes", "token.scope_too_wide", "the user's role does not grant %s", p)
		}
	}
	if !t.Expires.IsZero() && !t.Expires.After(t.Created) {
		wrong.Add("expires", "token.expired", "lies in the past")
	}
	return wrong
}

// TokenState is a token and when it was last used; zero: never.
type TokenState struct {
	Token
	LastUsed time.Time
}

// Tokens lists all tokens, in the order of their making.
func (a *Accounts) Tokens() (list []TokenState, err error) {
	err = a.db.View(func(tx *store.Tx) error {
		for t, err := range tokens.Ascend(tx, nil) {
			if err != nil {
				return err
			}
			use, _, err := tokenUses.Get(tx, store.IDKey(t.ID))
			if err != nil {
				return err
			}
			list = append(list, TokenState{t, use.At})
		}
		return nil
	})
	return list, err
}

// DeleteToken withdraws a token at once.
func (a *Accounts) DeleteToken(ctx context.Context, by store.By, id string) error {
	return a.db.Change(ctx, by, func(tx *store.Tx) error {
		if _, ok, err := tokens.Get(tx, store.IDKey(id)); err != nil || !ok {
			return cmpErr(err, fault.New(fault.NotFound, "token.not_found", "delete token: there is no token %q", id))
		}
		return deleteToken(tx, id)
	})
}

func deleteToken(tx *store.Tx, id string) error {
	for _, err := range []error{
		tokenUses.Delete(tx, store.IDKey(id)), credentials.Delete(tx, store.IDKey(id)), tokens.Delete(tx, store.IDKey(id)),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

func deleteTokensOf(tx *store.Tx, user string) error {
	var gone []string
	for t, err := range tokens.Find(tx, "user", append([]byte(user), 0)) {
		if err != nil {
			return err
		}
		gone = append(gone, t.ID)
	}
	for _, id := range gone {
		if err := deleteToken(tx, id); err != nil {
			return err
		}
	}
	return nil
}

// ByToken finds the user for whom a token acts, and the token. The error says [KeyToken] when it is not, or no longer,
// a token.
func (a *Accounts) ByToken(shown string) (u User, t Token, err error) {
	refused := fault.New(fault.Denied, KeyToken, "the token is none, or no longer one")
	id, secret, ok := ParseToken(shown)
	if !ok {
		return u, t, refused
	}
	var c credential
	var use tokenUse
	err = a.db.View(func(tx *store.Tx) error {
		if t, ok, err = tokens.Get(tx, store.IDKey(id)); err != nil || !ok {
			return cmpErr(err, refused)
		}
		if c, _, err = credentials.Get(tx, store.IDKey(id)); err != nil {
			return err
		}
		if use, _, err = tokenUses.Get(tx, store.IDKey(id)); err != nil {
			return err
		}
		u, ok, err = users.Get(tx, store.IDKey(t.User))
		return err
	})
	if err != nil {
		return User{}, Token{}, err
	}
	hash, now := sha256.Sum256(secret), time.Now()
	if subtle.ConstantTimeCompare(hash[:], c.Token) != 1 || !ok || u.Disabled || (!t.Expires.IsZero() && !now.Before(t.Expires)) {
		return User{}, Token{}, refused
	}
	if now.Sub(use.At) >= touchEvery {
		a.db.Submit(func(tx *store.Tx) error {
			if _, ok, err := tokens.Get(tx, store.IDKey(id)); err != nil || !ok {
				return err
			}
			return tokenUses.Put(tx, tokenUse{id, now.UTC()})
		})
	}
	return u, t, nil
}

// Allows reports whether a token's scopes contain a permission. Its user's role must grant it too.
func (t Token) Allows(p Permission) bool { return slices.Contains(t.Scopes, p) }
