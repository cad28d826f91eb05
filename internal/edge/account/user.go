package account

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/merge"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// User is a person, or a machine such as headquarters, that may use the box. Field numbers are for ever.
type User struct {
	Meta       merge.Meta `cbor:"0,keyasint,omitzero" json:"-"`
	ID         string     `cbor:"1,keyasint" json:"id"`
	Login      string     `cbor:"2,keyasint" json:"login"`
	Name       string     `cbor:"3,keyasint" json:"name"`
	Role       Role       `cbor:"4,keyasint" json:"role"`
	Agent      string     `cbor:"5,keyasint,omitempty" json:"agent"`     // the agent of the queues who this is
	Extension  string     `cbor:"6,keyasint,omitempty" json:"extension"` // where they take calls unless they say otherwise
	Language   string     `cbor:"7,keyasint,omitempty" json:"language"`  // of the console
	Disabled   bool       `cbor:"8,keyasint,omitempty" json:"disabled"`
	MustChange bool       `cbor:"9,keyasint,omitempty" json:"must_change"` // the password is somebody else's idea
	TOTP       bool       `cbor:"10,keyasint,omitempty" json:"totp"`       // signs in with a second factor
	Created    time.Time  `cbor:"11,keyasint" json:"created"`
}

// Languages of the console, the default first.
func Languages() []string { return []string{"zh-CN", "en"} }

// credential is what proves that somebody is who they say. It is apart from what it proves so that neither the audit
// nor a revision number knows of it. Field numbers are for ever.
type credential struct {
	ID          string   `cbor:"1,keyasint"`           // the user's or the token's
	Password    string   `cbor:"2,keyasint,omitempty"` // PHC string
	TOTPSecret  string   `cbor:"3,keyasint,omitempty"`
	TOTPPending string   `cbor:"4,keyasint,omitempty"` // shown, not confirmed yet
	TOTPLast    uint64   `cbor:"5,keyasint,omitempty"` // the step of the last code taken
	Recovery    [][]byte `cbor:"6,keyasint,omitempty"` // hashes of the codes left
	Token       []byte   `cbor:"7,keyasint,omitempty"` // hash of a token's secret part
}

var users = store.Table[User]{ //nolint:gochecknoglobals // a declaration
	Name: "user", Local: true, Audited: true,
	Key:  func(u User) []byte { return store.IDKey(u.ID) },
	Meta: func(u *User) *merge.Meta { return &u.Meta },
	Indexes: []store.Index[User]{
		{Name: "login", Keys: func(u User) [][]byte { return [][]byte{loginKey(u.Login)} }},
		{Name: "agent", Keys: func(u User) [][]byte {
			if u.Agent == "" {
				return nil
			}
			return [][]byte{append([]byte(u.Agent), 0)}
		}},
	},
}

var credentials = store.Table[credential]{ //nolint:gochecknoglobals // a declaration
	Name: "credential", Local: true,
	Key: func(c credential) []byte { return store.IDKey(c.ID) },
}

// loginKey ends in a zero so that a search for one login does not find those that begin like it.
func loginKey(login string) []byte { return append([]byte(fold(login)), 0) }

// Bounds on what is stored of a person, in characters.
const (
	minLogin = 2
	maxLogin = 64
	maxName  = 100
)

// tidy writes a user the way they are kept.
func (u User) tidy() User {
	u.Login = fold(u.Login)
	u.Name = strings.TrimSpace(u.Name)
	if u.Language == "" {
		u.Language = Languages()[0]
	}
	return u
}

// check finds what is wrong with a user, looked at alone.
func (u User) check() (wrong fault.Fields) {
	n := utf8.RuneCountInString(u.Login)
	switch {
	case n < minLogin || n > maxLogin:
		wrong.Add("login", "user.login_length", "has not %d to %d characters", minLogin, maxLogin)
	case strings.ContainsFunc(u.Login, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-@", r)
	}):
		wrong.Add("login", "user.login_characters", "may have letters, digits and . _ - @")
	}
	if u.Name == "" {
		wrong.Add("name", "text.empty", "must not be empty")
	}
	if utf8.RuneCountInString(u.Name) > maxName {
		wrong.Add("name", "text.too_long", "has more than %d characters", maxName)
	}
	if strings.ContainsFunc(u.Login+u.Name+u.Agent+u.Extension, unicode.IsControl) {
		wrong.Add("name", "text.control_character", "contains control characters")
	}
	if !u.Role.Known() {
		wrong.Add("role", "user.role_unknown", "%q is no role", u.Role)
	}
	if u.Language != Languages()[0] && u.Language != Languages()[1] {
		wrong.Add("language", "user.language_unknown", "%q is no language of the console", u.Language)
	}
	return wrong
}

// checkAmong finds what is wrong with a user beside all others.
func (u User) checkAmong(tx *store.Tx) (wrong fault.Fields, err error) {
	for other, err := range users.Find(tx, "login", loginKey(u.Login)) {
		if err != nil {
			return nil, err
		}
		if other.ID != u.ID {
			wrong.Add("login", "user.login_taken", "already belongs to another user")
		}
	}
	if u.Agent == "" {
		return wrong, nil
	}
	for other, err := range users.Find(tx, "agent", append([]byte(u.Agent), 0)) {
		if err != nil {
			return nil, err
		}
		if other.ID != u.ID {
			wrong.Add("agent", "user.agent_taken", "already belongs to another user")
		}
	}
	return wrong, nil
}

// isAdmin reports whether a user can give others their rights.
func (u User) isAdmin() bool { return u.Role == Admin && !u.Disabled }

// otherAdmin reports whether there is an administrator besides this user.
func otherAdmin(tx *store.Tx, id string) (bool, error) {
	for u, err := range users.Ascend(tx, nil) {
		if err != nil {
			return false, err
		}
		if u.isAdmin() && u.ID != id {
			return true, nil
		}
	}
	return false, nil
}
