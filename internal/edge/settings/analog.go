package settings

import (
	"context"
	"fmt"
	"slices"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/lines/fxo"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// Analog is the dealership's analog lines. Rules name a line or a group like a trunk.
type Analog struct {
	Lines  []fxo.LineSettings  `json:"lines,omitempty"`
	Groups []fxo.GroupSettings `json:"groups,omitempty"`
	// Priority is that of all lines beside the SIP trunks', where a rule names no trunks: lower is tried first.
	Priority int `json:"priority,omitempty"`
}

// FXO is the part of the document that the analog lines work by.
func (d Document) FXO() fxo.Settings {
	return fxo.Settings{Lines: d.Analog.Lines, Groups: d.Analog.Groups}
}

// AnalogLine finds an analog line by its name.
func (d *Document) AnalogLine(name string) (fxo.LineSettings, bool) {
	for _, l := range d.Analog.Lines {
		if l.Name == name {
			return l, true
		}
	}
	return fxo.LineSettings{}, false
}

// IsAnalog reports whether a name is that of an analog line or a group of them.
func (d *Document) IsAnalog(name string) bool {
	return name != "" && slices.ContainsFunc(d.Analog.Lines, func(l fxo.LineSettings) bool { return l.Name == name || l.Group == name })
}

// isTrunk reports whether a rule for the trunk called name holds for calls on this line: it is the line's own name, or
// that of an analog line's group.
func (d *Document) isTrunk(name, line string) bool {
	if name == line {
		return true
	}
	l, ok := d.AnalogLine(line)
	return ok && l.Group != "" && l.Group == name
}

// TrunkOrder lists the names by which a call that may go out anywhere is tried, best first: trunks by priority, and the analog
// lines among them at theirs; of equal ones those with SIP come first, in the order of the document.
func (d *Document) TrunkOrder() []string {
	trunks := slices.Clone(d.Trunks)
	slices.SortStableFunc(trunks, func(a, b sipua.Trunk) int { return a.Priority - b.Priority })
	var before, after []string
	for _, t := range trunks {
		if t.Priority <= d.Analog.Priority {
			before = append(before, t.Name)
		} else {
			after = append(after, t.Name)
		}
	}
	return slices.Concat(before, d.analogOrder(), after)
}

// analogOrder names groups once, where their last line stands, and lines without a group; the last line comes first,
// since an exchange that hunts rings the first one first.
func (d *Document) analogOrder() []string {
	var out []string
	for _, l := range slices.Backward(d.Analog.Lines) {
		name := l.Name
		if l.Group != "" {
			name = l.Group
		}
		if !l.InboundOnly && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// checkAnalog checks the analog lines and that no name is also a trunk's.
func (c *checker) checkAnalog() {
	profiles, err := fxo.ShippedProfiles()
	if err != nil {
		c.add("analog", "%s", err)
		return
	}
	all := c.d.FXO()
	if err := all.Validate(profiles); err != nil {
		for _, e := range parts(err) {
			c.addErr("analog", e)
		}
	}
	trunks := map[string]bool{}
	for _, t := range c.d.Trunks {
		trunks[t.Name] = true
	}
	lines := map[string]bool{}
	for _, l := range c.d.Analog.Lines {
		lines[l.Name] = true
	}
	for i, l := range c.d.Analog.Lines {
		path := fmt.Sprintf("analog.lines[%d]", i)
		if trunks[l.Name] {
			c.add(path+".name", "%q is also a trunk's", l.Name)
		}
		if l.Group != "" && (trunks[l.Group] || lines[l.Group]) {
			c.add(path+".group", "%q is also the name of a trunk or a line", l.Group)
		}
	}
	seen := map[string]bool{}
	for i, g := range c.d.Analog.Groups {
		path := fmt.Sprintf("analog.groups[%d].name", i)
		switch {
		case trunks[g.Name]:
			c.add(path, "%q is also a trunk's", g.Name)
		case seen[g.Name]:
			c.add(path, "%q is there twice", g.Name)
		case !slices.ContainsFunc(c.d.Analog.Lines, func(l fxo.LineSettings) bool { return l.Group == g.Name }):
			c.add(path, "no line is in group %q", g.Name)
		}
		seen[g.Name] = true
	}
}

// parts takes joined errors apart.
func parts(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error }) //nolint:errorlint // the errors joined, not one of a kind
	if !ok {
		return []error{err}
	}
	return joined.Unwrap()
}

// LearnLine puts what was learned of an analog line into the settings.
func (k *Keeper) LearnLine(ctx context.Context, name, by string, p fxo.Profile) (version uint64, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	d, err := k.Current().clone()
	if err != nil {
		return 0, err
	}
	i := slices.IndexFunc(d.Analog.Lines, func(l fxo.LineSettings) bool { return l.Name == name })
	if i < 0 {
		return 0, fault.New(fault.NotFound, "line.unknown", "learn line: there is no analog line %q", name)
	}
	d.Analog.Lines[i].Learned = &p
	data, err := d.Encode()
	if err != nil {
		return 0, err
	}
	return k.replace(ctx, data, store.Author{Name: by, What: "learn line " + name})
}
