package api

import (
	"strconv"
	"strings"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// IfMatch is the part of a change's input that says what was read. Embed it. The value is the ETag of the answer in
// which the record was read; without it the change is refused, so that nobody overwrites unseen what somebody else did.
type IfMatch struct {
	IfMatch string `header:"If-Match" maxLength:"80" doc:"The ETag of what was read"`
}

// ETag writes a revision number as an entity tag (RFC 9110 §8.8.3).
func ETag(rev uint64) string { return `"` + strconv.FormatUint(rev, 10) + `"` }

// Rev is the revision that was read.
func (m IfMatch) Rev() (uint64, error) {
	tag, err := m.tag()
	if err != nil {
		return 0, err
	}
	rev, err := strconv.ParseUint(tag, 10, 64)
	if err != nil {
		return 0, fault.New(fault.Invalid, keyBadMatch, "read If-Match: %q is no revision", tag)
	}
	return rev, nil
}

// Check compares the revision that was read with that of the record now.
func (m IfMatch) Check(now uint64) error {
	rev, err := m.Rev()
	if err == nil && rev != now {
		err = stale()
	}
	return err
}

// tag is what stands between the quotes; a weak tag counts like a strong one, since compression makes it weak on the way.
func (m IfMatch) tag() (string, error) {
	if m.IfMatch == "" {
		return "", fault.New(fault.Conflict, keyNoMatch, "the header If-Match is missing")
	}
	t, ok := strings.CutPrefix(strings.TrimPrefix(m.IfMatch, "W/"), `"`)
	if t, ok2 := strings.CutSuffix(t, `"`); ok && ok2 && !strings.Contains(t, `"`) {
		return t, nil
	}
	return "", fault.New(fault.Invalid, keyBadMatch, "read If-Match: %q is no entity tag", m.IfMatch)
}

func stale() error {
	return fault.New(fault.Conflict, keyStale, "somebody else has changed it since it was read")
}
