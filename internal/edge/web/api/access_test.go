package api_test

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

func door(op api.Op) api.Resource {
	return func(a *api.API) {
		api.Add(a, op, func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
	}
}

// ends are operations after which whoever called them has to sign in again.
var ends = []string{"sign-out", "end-user-sessions", "end-my-session", "end-session"}

// refused reports whether an operation was closed to somebody.
func refused(a answer) bool {
	return a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden
}

var parameter = regexp.MustCompile(`\{[^}]+\}`)

// Every operation is called as everybody. Who gets through is compared with a committed table, so that a change of who
// may do what shows in review.
func TestWhoMayDoWhat(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	_ = admin
	people := map[string]*client{"nobody": b.client(t)}
	for _, role := range account.Roles() {
		people[string(role)] = b.as(t, role)
	}
	people["token"] = b.token(t, account.Permissions())
	people["token:none"] = b.token(t, []account.Permission{account.LiveRead})
	names := []string{"nobody", "token", "token:none"}
	for _, role := range account.Roles() {
		names = append(names, string(role))
	}
	var lines []string
	all := operations(t, b)
	slices.SortFunc(all, func(x, y operation) int { return strings.Compare(x.ID, y.ID) })
	for _, op := range all {
		var through []string
		b.api.ForgetRequests() // there are more operations than a user may ask for at once
		for _, name := range names {
			a := invoke(people[name], op)
			if !refused(a) {
				through = append(through, name)
			}
			if a.Status >= http.StatusInternalServerError || a.Status == http.StatusTooManyRequests {
				t.Errorf("%s as %s: status %d: %s", op.ID, name, a.Status, a.Body)
			}
			if slices.Contains(ends, op.ID) && account.Role(name).Known() {
				people[name] = b.sitting(t, people[name].user)
			}
		}
		lines = append(lines, fmt.Sprintf("%-34s %-16s %s", op.ID, op.Perm, strings.Join(through, " ")))
	}
	committed(t, filepath.Join("testdata", "access.txt"), []byte(strings.Join(lines, "\n")+"\n"))
}

// invoke calls an operation with nothing in it: whoever may gets an answer about that, or does what needs no input.
func invoke(c *client, op operation) answer {
	path := parameter.ReplaceAllString(op.Path, "404")
	if op.ID == "watch-events" || op.ID == "watch-wall" { // it goes on and on: its beginning says enough
		begun, _, stop := c.stream(path)
		defer stop()
		return begun
	}
	if op.Method == http.MethodGet || op.Method == http.MethodDelete {
		return c.do(op.Method, path, nil)
	}
	return c.do(op.Method, path, map[string]any{})
}

// token makes a token of an administrator's.
func (b *box) token(t testing.TB, scopes []account.Permission) *client {
	t.Helper()
	list, err := b.accounts.Users("", 10)
	if err != nil {
		t.Fatal(err)
	}
	_, shown, err := b.accounts.CreateToken(t.Context(), store.By{Who: "test"}, account.Token{Name: "test", User: list[0].ID, Scopes: scopes})
	if err != nil {
		t.Fatal(err)
	}
	c := b.client(t)
	c.token = shown
	return c
}
