package account

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/store"
)

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
