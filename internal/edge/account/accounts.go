package account

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// Config is what accounts work with.
type Config struct {
	DB *store.DB
	// Dir is where the setup code's file lies, Label a second place for it, where its directory exists; empty: none.
	Dir, Label string
	// Issuer is what authenticator apps show beside the login; nil: the product's name.
	Issuer func() string
	// HashMemory is what hashing a password takes, in KiB; 0: 19 MiB. Less is for tests.
	HashMemory uint32
	// Failed answers a request whose session cannot be read or stored.
	Failed func(w http.ResponseWriter, r *http.Request, err error)
	Logger *slog.Logger
}

// Accounts is who may use the box. The methods are safe from any goroutine.
type Accounts struct {
	db       *store.DB
	log      *slog.Logger
	hasher   *Hasher
	lockouts *Lockouts
	sessions *scs.SessionManager
	issuer   func() string

	mu    sync.Mutex
	setup *SetupCode // nil when there is an administrator
	dir   string
	label string
}

// New makes the accounts of a store. Where there is no administrator yet, there is a setup code from now on, which is
// printed on the log.
func New(cfg Config) (*Accounts, error) {
	a := &Accounts{
		db: cfg.DB, log: cfg.Logger, hasher: NewHasher(cfg.HashMemory), lockouts: NewLockouts(), issuer: cfg.Issuer,
		dir: cfg.Dir, label: cfg.Label,
	}
	if a.issuer == nil {
		a.issuer = func() string { return "Dealerline" }
	}
	a.sessions = a.newManager(cfg.Failed)
	needed, err := a.NeedsSetup()
	if err != nil || !needed {
		return a, err
	}
	if a.setup, err = OpenSetupCode(a.dir, a.label); err != nil {
		return nil, err
	}
	a.log.Info("the box waits for its first administrator", "setup_code", a.setup.Code())
	return a, nil
}

// Lockouts is who has tried too often.
func (a *Accounts) Lockouts() *Lockouts { return a.lockouts }

// NeedsSetup reports whether there is no administrator yet.
func (a *Accounts) NeedsSetup() (needed bool, err error) {
	err = a.db.View(func(tx *store.Tx) error {
		there, err := otherAdmin(tx, "")
		needed = !there
		return err
	})
	return needed, err
}

// Setup makes the first administrator of a box that has none; code is the setup code.
func (a *Accounts) Setup(ctx context.Context, by store.By, code string, u User, password string) (User, error) {
	a.mu.Lock()
	setup := a.setup
	a.mu.Unlock()
	if setup == nil {
		return User{}, fault.New(fault.Conflict, "setup.done", "set up: there is an administrator already")
	}
	if err := setup.Check(ctx, code, time.Now()); err != nil {
		return User{}, err
	}
	u.Role, u.MustChange = Admin, false
	u, err := a.create(ctx, by, u, password, func(tx *store.Tx) error {
		if there, err := otherAdmin(tx, ""); err != nil || there {
			return cmpErr(err, fault.New(fault.Conflict, "setup.done", "set up: there is an administrator already"))
		}
		return nil
	})
	if err != nil {
		return User{}, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.setup = nil
	if err := setup.Consume(); err != nil {
		a.log.Warn("the setup code's file stays", "error", err) // it opens nothing any more
	}
	return u, nil
}

func cmpErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// Users lists the users, in the order of their making. after is the last id of the page before, "" for the first page.
func (a *Accounts) Users(after string, limit int) (list []User, err error) {
	return a.Find(UserFilter{}, after, limit)
}

// UserFilter says which users a list shows; zero fields do not matter.
type UserFilter struct {
	Text  string // part of a login, name, agent or extension, in letters of any size
	Role  Role
	Agent string
}

func (f UserFilter) fits(u User) bool {
	text := fold(f.Text)
	has := func(s string) bool { return strings.Contains(fold(s), text) }
	return (f.Role == "" || u.Role == f.Role) && (f.Agent == "" || u.Agent == f.Agent) &&
		(text == "" || has(u.Login) || has(u.Name) || has(u.Agent) || has(u.Extension))
}

// Find is [Accounts.Users] of those who fit. There are some dozens of users: no index helps.
func (a *Accounts) Find(f UserFilter, after string, limit int) (list []User, err error) {
	var from []byte
	if after != "" {
		from = store.IDKey(after)
	}
	err = a.db.View(func(tx *store.Tx) error {
		for u, err := range users.Ascend(tx, from) {
			if err != nil {
				return err
			}
			if u.ID == after || !f.fits(u) {
				continue
			}
			if len(list) == limit {
				break
			}
			list = append(list, u)
		}
		return nil
	})
	return list, err
}

// User finds a user by id.
func (a *Accounts) User(id string) (u User, err error) {
	err = a.db.View(func(tx *store.Tx) error {
		u, err = getUser(tx, id)
		return err
	})
	return u, err
}

func getUser(tx *store.Tx, id string) (User, error) {
	u, ok, err := users.Get(tx, store.IDKey(id))
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "user.not_found", "find user: there is no user %q", id)
	}
	return u, err
}

func (a *Accounts) byLogin(login string) (u User, c credential, ok bool, err error) {
	err = a.db.View(func(tx *store.Tx) error {
		for found, err := range users.Find(tx, "login", loginKey(login)) {
			if err != nil {
				return err
			}
			u, ok = found, true
		}
		if ok {
			c, _, err = credentials.Get(tx, store.IDKey(u.ID))
		}
		return err
	})
	return u, c, ok, err
}

// Create makes a user with a password that they must change when they sign in.
func (a *Accounts) Create(ctx context.Context, by store.By, u User, password string) (User, error) {
	u.MustChange = true
	return a.create(ctx, by, u, password, func(*store.Tx) error { return nil })
}

func (a *Accounts) create(ctx context.Context, by store.By, u User, password string, allowed func(*store.Tx) error) (User, error) {
	u = u.tidy()
	u.ID, u.Created, u.TOTP = store.NewID(), time.Now().UTC(), false
	wrong := u.check()
	if fields, bad := CheckPassword("password", password, u.Login).(fault.Fields); bad { //nolint:errorlint // never wrapped
		wrong = append(wrong, fields...)
	}
	if len(wrong) > 0 {
		return User{}, wrong
	}
	hash, err := a.hasher.Hash(ctx, password)
	if err != nil {
		return User{}, err
	}
	var made User
	err = a.db.Change(ctx, by, func(tx *store.Tx) error {
		if err := allowed(tx); err != nil {
			return err
		}
		wrong, err := u.checkAmong(tx)
		if err != nil || len(wrong) > 0 {
			return cmpErr(err, wrong.Err())
		}
		if err := credentials.Put(tx, credential{ID: u.ID, Password: hash}); err != nil {
			return err
		}
		if err := users.Put(tx, u); err != nil {
			return err
		}
		made, err = getUser(tx, u.ID)
		return err
	})
	return made, err
}

// Update changes a user; u.Meta.Rev is the revision that was read. The password and the second factor are changed
// otherwise. A user who is disabled or gets another role is signed out everywhere.
func (a *Accounts) Update(ctx context.Context, by store.By, u User) (User, error) {
	u = u.tidy()
	if wrong := u.check(); len(wrong) > 0 {
		return User{}, wrong
	}
	var kept User
	err := a.db.Change(ctx, by, func(tx *store.Tx) error {
		old, err := getUser(tx, u.ID)
		if err != nil {
			return err
		}
		next := u
		next.Created, next.TOTP, next.MustChange = old.Created, old.TOTP, old.MustChange
		wrong, err := next.checkAmong(tx)
		if err != nil || len(wrong) > 0 {
			return cmpErr(err, wrong.Err())
		}
		if err := keepAdmin(tx, old, next.isAdmin()); err != nil {
			return err
		}
		if err := users.Put(tx, next); err != nil {
			return err
		}
		if next.Disabled != old.Disabled || next.Role != old.Role {
			if err := endSessions(tx, u.ID, ""); err != nil {
				return err
			}
		}
		kept, err = getUser(tx, u.ID)
		return err
	})
	return kept, err
}

// Delete removes a user with their sessions and tokens.
func (a *Accounts) Delete(ctx context.Context, by store.By, id string, rev uint64) error {
	return a.db.Change(ctx, by, func(tx *store.Tx) error {
		u, err := getUser(tx, id)
		if err != nil {
			return err
		}
		if rev != 0 && rev != u.Meta.Rev {
			return fault.New(fault.Conflict, "store.rev", "delete user: revision %d was read, %d is stored", rev, u.Meta.Rev)
		}
		if err := keepAdmin(tx, u, false); err != nil {
			return err
		}
		if err := deleteTokensOf(tx, id); err != nil {
			return err
		}
		if err := endSessions(tx, id, ""); err != nil {
			return err
		}
		if err := credentials.Delete(tx, store.IDKey(id)); err != nil {
			return err
		}
		return users.Delete(tx, store.IDKey(id))
	})
}

// keepAdmin refuses to take away the last administrator.
func keepAdmin(tx *store.Tx, old User, stays bool) error {
	if !old.isAdmin() || stays {
		return nil
	}
	there, err := otherAdmin(tx, old.ID)
	if err != nil || there {
		return err
	}
	return fault.New(fault.Conflict, "user.last_admin", "change user: %s is the last administrator", old.ID)
}
