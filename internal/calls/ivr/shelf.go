package ivr

import (
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// Shelf is one flow with its versions, as it lies in the settings.
type Shelf struct {
	ID    string `json:"id"`
	Title string `json:"title,omitempty"`
	// Published is the version that new calls get; 0 is none.
	Published int       `json:"published"`
	Versions  []Version `json:"versions"`
	Draft     *Flow     `json:"draft,omitempty"`
}

// Version is one published flow. It never changes.
type Version struct {
	Version int       `json:"version"`
	At      time.Time `json:"at,omitzero"`
	By      string    `json:"by,omitempty"`
	Note    string    `json:"note,omitempty"`
	Flow    Flow      `json:"flow"`
}

// Current returns the published version; ok is false when nothing is published.
func (s Shelf) Current() (Version, bool) {
	i := slices.IndexFunc(s.Versions, func(v Version) bool { return v.Version == s.Published })
	if i < 0 {
		return Version{}, false
	}
	return s.Versions[i], true
}

// Publish makes the draft the next version and the one that new calls get. A draft with problems is refused with
// all of them.
func (s Shelf) Publish(k Known, by, note string, at time.Time) (Shelf, []Problem, error) {
	if s.Draft == nil {
		return s, nil, fault.New(fault.Conflict, "flow.no_draft", "publish flow %s: there is no draft", s.ID)
	}
	problems := Validate(*s.Draft, k)
	if i := slices.IndexFunc(problems, func(p Problem) bool { return !p.Warning }); i >= 0 {
		return s, problems, fault.New(fault.Invalid, "flow.invalid", "publish flow %s: %s", s.ID, problems[i])
	}
	next := 1
	for _, v := range s.Versions {
		next = max(next, v.Version+1)
	}
	s.Versions = append(slices.Clone(s.Versions), Version{next, at.UTC(), by, note, *s.Draft})
	s.Published, s.Draft = next, nil
	return s, problems, nil
}

// RollBack lets new calls have an older version again.
func (s Shelf) RollBack(version int) (Shelf, error) {
	if !slices.ContainsFunc(s.Versions, func(v Version) bool { return v.Version == version }) {
		return s, fault.New(fault.NotFound, "flow.no_version", "roll back flow %s: there is no version %d", s.ID, version)
	}
	s.Published = version
	return s, nil
}
