package account

import (
	"strings"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// ByLogin finds a user by login.
func (a *Accounts) ByLogin(login string) (User, error) {
	u, _, ok, err := a.byLogin(strings.TrimSpace(login))
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "user.not_found", "find user: there is no login %q", login)
	}
	return u, err
}
