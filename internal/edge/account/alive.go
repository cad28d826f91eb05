package account

import (
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/edge/store"
)

// Alive reports whether a user may still do what they might when they were asked: they are not disabled, are what they
// were, and the session, or the token, by which they came has not ended. Long streams ask it now and then.
func (a *Accounts) Alive(u User, session string, t *Token) bool {
	alive := false
	err := a.db.View(func(tx *store.Tx) error {
		now, ok, err := users.Get(tx, store.IDKey(u.ID))
		if err != nil || !ok || now.Disabled || now.Role != u.Role || now.Agent != u.Agent {
			return err
		}
		if t != nil {
			alive, err = tokenAlive(tx, *t)
		} else {
			alive, err = sessionAlive(tx, session)
		}
		return err
	})
	return err == nil && alive
}

func tokenAlive(tx *store.Tx, t Token) (bool, error) {
	now, ok, err := tokens.Get(tx, store.IDKey(t.ID))
	return ok && slices.Equal(now.Scopes, t.Scopes) && (now.Expires.IsZero() || time.Now().Before(now.Expires)), err
}

func sessionAlive(tx *store.Tx, id string) (bool, error) {
	for s, err := range sessions.Find(tx, "id", append([]byte(id), 0)) {
		return err == nil && !s.over(time.Now()), err
	}
	return false, nil
}
