package fxo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	shipped "github.com/dealerline/dealerline/hw/lines"
	"github.com/dealerline/dealerline/internal/base/fault"
)

// maxProfile is the largest profile that is read, in octets.
const maxProfile = 64 << 10

// ParseProfile reads a profile. What it leaves out is as in [China]; a field that does not exist, a value that cannot be,
// and anything after the profile are errors ([fault.Invalid]) that name the field.
func ParseProfile(data []byte) (Profile, error) {
	p := China()
	p.Name, p.Title = "", nil
	if len(data) > maxProfile {
		return Profile{}, fault.New(fault.Invalid, "line_profile.invalid", "read line profile: longer than %d octets", maxProfile)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	p.Tones.Patterns = nil // a list is replaced, not merged into
	if err := d.Decode(&p); err != nil {
		return Profile{}, fault.New(fault.Invalid, "line_profile.invalid", "read line profile: %w", fieldOf(err))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Profile{}, fault.New(fault.Invalid, "line_profile.invalid", "read line profile: something follows its end")
	}
	if p.Tones.Patterns == nil {
		p.Tones.Patterns = China().Tones.Patterns
	}
	if err := p.Validate(); err != nil {
		return Profile{}, fault.New(fault.Invalid, "line_profile.invalid", "read line profile: %w", err)
	}
	return p, nil
}

// fieldOf says where in a document an error lies, in its own words.
func fieldOf(err error) error {
	var t *json.UnmarshalTypeError
	if errors.As(err, &t) && t.Field != "" {
		return fmt.Errorf("%s: a %s is none: %w", t.Field, t.Value, err)
	}
	return err
}

// ReadProfiles reads every *.json of a folder. The name of a profile is that of its file. All problems are returned at
// once, each with its file.
func ReadProfiles(folder fs.FS) (map[string]Profile, error) {
	files, err := fs.Glob(folder, "*.json")
	if err != nil {
		return nil, fmt.Errorf("list line profiles: %w", err)
	}
	all := make(map[string]Profile, len(files))
	var bad []error
	for _, file := range files {
		data, err := fs.ReadFile(folder, file)
		if err != nil {
			bad = append(bad, fmt.Errorf("%s: %w", file, err))
			continue
		}
		p, err := ParseProfile(data)
		if err == nil && p.Name != strings.TrimSuffix(path.Base(file), ".json") {
			err = fault.New(fault.Invalid, "line_profile.invalid", "read line profile: name: %q is not that of the file", p.Name)
		}
		if err != nil {
			bad = append(bad, fmt.Errorf("%s: %w", file, err))
			continue
		}
		all[p.Name] = p
	}
	return all, errors.Join(bad...)
}

// ShippedProfiles are the profiles of hw/lines.
func ShippedProfiles() (map[string]Profile, error) { return ReadProfiles(shipped.Files()) }
