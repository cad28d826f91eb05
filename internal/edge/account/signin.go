package account

import (
	"context"
	"fmt"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// Keys of the refusals by which a client knows that somebody has to prove who they are.
const (
	KeySignIn = "account.sign_in"     // nobody is signed in, or not any more
	KeyWrong  = "account.wrong"       // login or password
	KeyTOTP   = "account.totp_needed" // the password is right, the second factor is missing
	KeyToken  = "account.token_wrong" // the token is none, expired or withdrawn
)

// Attempt is somebody who signs in.
type Attempt struct {
	Login, Password string
	Code            string // of the second factor, or a recovery code
	Source          string // where from, see [Source]
	By              store.By
}

func locked(until time.Time) error {
	return fault.New(fault.Busy, "account.locked", "sign in: too many wrong passwords from this address, again at %s", until.UTC().Format(time.RFC3339))
}

func wrongLogin() error {
	return fault.New(fault.Denied, KeyWrong, "sign in: login or password is wrong")
}

// SignIn checks who somebody is. What is wrong is not told apart, so that nobody learns which logins there are.
func (a *Accounts) SignIn(ctx context.Context, t Attempt) (User, error) {
	if until := a.lockouts.Until(t.Login, t.Source, time.Now()); !until.IsZero() {
		return User{}, locked(until)
	}
	u, c, known, err := a.byLogin(t.Login)
	if err != nil {
		return User{}, fmt.Errorf("sign in: %w", err)
	}
	right, err := a.hasher.Verify(ctx, c.Password, t.Password) // for unknown ones too: it must take as long
	if err != nil {
		return User{}, err
	}
	t.By.Who = u.ID
	if !known || !right || u.Disabled {
		return User{}, a.failed(ctx, t, known, wrongLogin())
	}
	if u.TOTP && t.Code == "" {
		return User{}, fault.New(fault.Denied, KeyTOTP, "sign in: the second factor is missing")
	}
	err = a.db.ChangeAnyway(ctx, t.By, func(tx *store.Tx) error { return a.admit(tx, u.ID, t) })
	switch {
	case fault.KeyOf(err) == "account.totp_wrong":
		return User{}, a.failed(ctx, t, true, err)
	case err != nil:
		return User{}, fmt.Errorf("sign in: %w", err)
	}
	a.lockouts.Passed(t.Login, t.Source)
	return u, nil
}

// admit checks the second factor, takes it, and notes the sign-in.
func (a *Accounts) admit(tx *store.Tx, id string, t Attempt) error {
	u, err := getUser(tx, id)
	if err != nil {
		return err
	}
	how := "password"
	if u.TOTP {
		c, _, err := credentials.Get(tx, store.IDKey(id))
		if err != nil {
			return err
		}
		if how, err = c.useCode(t.Code, time.Now()); err != nil {
			return err
		}
		if err := credentials.Put(tx, c); err != nil {
			return err
		}
	}
	return tx.Note("session", id, map[string]string{"what": "signed in", "by": how})
}

// useCode takes a code of the second factor, or a recovery code, out of use.
func (c *credential) useCode(code string, now time.Time) (how string, err error) {
	if step, ok := checkTOTP(c.TOTPSecret, code, c.TOTPLast, now); ok {
		c.TOTPLast = step
		return "password and code", nil
	}
	if rest, ok := takeRecovery(c.Recovery, code); ok {
		c.Recovery = rest
		return "password and recovery code", nil
	}
	return "", fault.New(fault.Denied, "account.totp_wrong", "sign in: the code is wrong")
}

// failed counts a wrong attempt; the one that locks a login out is noted.
func (a *Accounts) failed(ctx context.Context, t Attempt, known bool, err error) error {
	until := a.lockouts.Failed(t.Login, t.Source, time.Now())
	if until.IsZero() {
		return err
	}
	a.log.Warn("sign-in locked out", "source", t.Source, "until", until)
	if !known {
		return err
	}
	noted := a.db.ChangeAnyway(ctx, t.By, func(tx *store.Tx) error {
		return tx.Note("session", t.By.Who, map[string]string{"what": "locked out", "source": t.Source, "until": until.UTC().Format(time.RFC3339)})
	})
	if noted != nil {
		a.log.Error("note a lock-out", "error", noted)
	}
	return err
}

// BeginTOTP makes a second factor for a user, which holds once they have confirmed it. url is what an authenticator
// app scans.
func (a *Accounts) BeginTOTP(ctx context.Context, by store.By, id string) (secret, url string, err error) {
	secret = newTOTPSecret()
	u, err := a.changeCredential(ctx, by, id, "", func(_ *store.Tx, u *User, c *credential) error {
		if u.TOTP {
			return fault.New(fault.Conflict, "account.totp_enrolled", "enrol second factor: there is one already")
		}
		c.TOTPPending = secret
		return nil
	})
	return secret, totpURL(secret, a.issuer(), u.Login), err
}

// ConfirmTOTP puts the second factor in force with a code of it and returns the recovery codes, which are shown once.
func (a *Accounts) ConfirmTOTP(ctx context.Context, by store.By, id, code string) (recovery []string, err error) {
	_, err = a.changeCredential(ctx, by, id, "second factor enrolled", func(_ *store.Tx, u *User, c *credential) error {
		if c.TOTPPending == "" {
			return fault.New(fault.Conflict, "account.totp_not_begun", "confirm second factor: none was begun")
		}
		step, ok := checkTOTP(c.TOTPPending, code, 0, time.Now())
		if !ok {
			return fault.Fields{{Path: "code", Key: "account.code_wrong", Message: "is not the code of this moment"}}
		}
		u.TOTP = true
		c.TOTPSecret, c.TOTPPending, c.TOTPLast = c.TOTPPending, "", step
		recovery, c.Recovery = newRecoveryCodes()
		return nil
	})
	return recovery, err
}

// DisableTOTP lets a user sign in with the password alone again.
func (a *Accounts) DisableTOTP(ctx context.Context, by store.By, id string) error {
	_, err := a.changeCredential(ctx, by, id, "second factor removed", func(_ *store.Tx, u *User, c *credential) error {
		u.TOTP = false
		c.TOTPSecret, c.TOTPPending, c.TOTPLast, c.Recovery = "", "", 0, nil
		return nil
	})
	return err
}
