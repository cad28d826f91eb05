package digest

import (
	"errors"
	"fmt"
	"strings"
)

// ErrMalformed means that a header is no digest header.
var ErrMalformed = errors.New("malformed digest header")

// maxHeader bounds a header that we take apart; real ones have some 300 octets.
const maxHeader = 4096

// Params are the parameters of an Authorization or a WWW-Authenticate header, names in lower case.
type Params map[string]string

// Parse takes a header's value apart: `Digest a="b", c=d`.
func Parse(value string) (Params, error) {
	scheme, rest, ok := strings.Cut(strings.TrimSpace(value), " ")
	if !ok || !strings.EqualFold(scheme, "digest") || len(value) > maxHeader {
		return nil, ErrMalformed
	}
	p := make(Params)
	for rest = strings.TrimLeft(rest, " \t,"); rest != ""; rest = strings.TrimLeft(rest, " \t,") {
		name, after, ok := strings.Cut(rest, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		if !ok || name == "" || strings.ContainsAny(name, " \t\",") {
			return nil, fmt.Errorf("%w: parameter %q", ErrMalformed, name)
		}
		if _, twice := p[name]; twice {
			return nil, fmt.Errorf("%w: parameter %q twice", ErrMalformed, name)
		}
		var err error
		if p[name], rest, err = word(strings.TrimLeft(after, " \t")); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// word reads a token or a quoted string and returns what follows it.
func word(s string) (value, rest string, err error) {
	if !strings.HasPrefix(s, `"`) {
		i := strings.IndexAny(s, ", \t")
		if i < 0 {
			return s, "", nil
		}
		return s[:i], s[i:], nil
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:], nil
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b.WriteByte(s[i])
	}
	return "", "", fmt.Errorf("%w: open quote", ErrMalformed)
}

// quote escapes a value for a quoted string.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
