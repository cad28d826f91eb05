package account

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
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
	var from []byte
	if after != "" {
		from = store.IDKey(after)
	}
	err = a.db.View(func(tx *store.Tx) error {
		for u, err := range users.Ascend(tx, from) {
			if err != nil {
				return err
			}
			if u.ID == after {
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

// changeCredential changes what proves a user, notes it in the audit and returns the user as they are then.
func (a *Accounts) changeCredential(ctx context.Context, by store.By, id, note string, change func(tx *store.Tx, u *User, c *credential) error) (u User, err error) {
	err = a.db.Change(ctx, by, func(tx *store.Tx) (err error) {
		if u, err = getUser(tx, id); err != nil {
			return err
		}
		c, _, err := credentials.Get(tx, store.IDKey(id))
		if err != nil {
			return err
		}
		c.ID = id
		c.Recovery = slices.Clone(c.Recovery)
		if err := change(tx, &u, &c); err != nil {
			return err
		}
		if err := credentials.Put(tx, c); err != nil {
			return err
		}
		if err := users.Put(tx, u); err != nil {
			return err
		}
		if note != "" {
			if err := tx.Note("user", id, map[string]string{"what": note}); err != nil {
				return err
			}
		}
		u, err = getUser(tx, id)
		return err
	})
	return u, err
}

// SetPassword gives a user a new password, which they must change, and signs them out everywhere.
func (a *Accounts) SetPassword(ctx context.Context, by store.By, id, password string) error {
	u, err := a.User(id)
	if err != nil {
		return err
	}
	if err := CheckPassword("password", password, u.Login); err != nil {
		return err
	}
	hash, err := a.hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	_, err = a.changeCredential(ctx, by, id, "password reset", func(tx *store.Tx, u *User, c *credential) error {
		c.Password, u.MustChange = hash, true
		return endSessions(tx, id, "")
	})
	if err == nil {
		a.lockouts.Lift(u.Login, time.Now())
	}
	return err
}

// ChangePassword lets a user change their own password; they stay signed in only in the session named.
func (a *Accounts) ChangePassword(ctx context.Context, by store.By, id, old, password, session string) error {
	if err := a.Confirm(ctx, by, id, "current_password", old); err != nil {
		return err
	}
	u, err := a.User(id)
	if err != nil {
		return err
	}
	if err := CheckPassword("new_password", password, u.Login); err != nil {
		return err
	}
	if old == password {
		return fault.Fields{{Path: "new_password", Key: "account.password_same", Message: "is the old one"}}
	}
	hash, err := a.hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	_, err = a.changeCredential(ctx, by, id, "password changed", func(tx *store.Tx, u *User, c *credential) error {
		c.Password, u.MustChange = hash, false
		return endSessions(tx, id, session)
	})
	return err
}

// Confirm checks the password of somebody who is signed in before they do what a stolen session must not; path names
// the field in which they gave it. Wrong ones count like those of signing in.
func (a *Accounts) Confirm(ctx context.Context, by store.By, id, path, password string) error {
	source := by.Address
	if addr, err := netip.ParseAddr(source); err == nil {
		source = Source(addr)
	}
	var u User
	var c credential
	err := a.db.View(func(tx *store.Tx) (err error) {
		if u, err = getUser(tx, id); err == nil {
			c, _, err = credentials.Get(tx, store.IDKey(id))
		}
		return err
	})
	if err != nil {
		return err
	}
	if until := a.lockouts.Until(u.Login, source, time.Now()); !until.IsZero() {
		return locked(until)
	}
	ok, err := a.hasher.Verify(ctx, c.Password, password)
	if err != nil {
		return fmt.Errorf("check password: %w", err)
	}
	if !ok {
		a.lockouts.Failed(u.Login, source, time.Now())
		return fault.Fields{{Path: path, Key: "account.password_wrong", Message: "is not the password"}}
	}
	return nil
}
