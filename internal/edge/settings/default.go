package settings

import (
	"crypto/rand"
	_ "embed"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dealerline/dealerline/internal/lines/sipua"
)

//go:embed default.json
var defaultDocument []byte

// Default is what a new box begins with: the usual queues and menu of a dealership, four agents and their phones,
// each with a password of its own made just now. There is no default password.
func Default() (*Document, error) {
	var d Document
	if err := json.Unmarshal(defaultDocument, &d); err != nil {
		return nil, fmt.Errorf("read the default settings: %w", err)
	}
	for _, a := range d.Agents {
		d.Extensions = append(d.Extensions, sipua.Extension{Number: a.Extension, Name: a.Name, Password: NewPassword()})
	}
	return &d, nil
}

// passwordBytes give 80 random bits: out of reach for guessing over the network.
const passwordBytes = 10

// NewPassword makes a password that can be typed on a phone's web page: sixteen lower-case letters and digits.
func NewPassword() string {
	var b [passwordBytes]byte
	_, _ = rand.Read(b[:]) // never fails, see crypto/rand
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:]))
}
