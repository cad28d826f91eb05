package fault_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/dealerline/dealerline/internal/base/fault"
)

func TestCodeAndKeyAreFoundThroughWrapping(t *testing.T) {
	err := fmt.Errorf("call: %w", fault.New(fault.Busy, "trunk.full", "dial %s: %w", "carrier", io.EOF))
	if fault.CodeOf(err) != fault.Busy || fault.KeyOf(err) != "trunk.full" || !errors.Is(err, io.EOF) {
		t.Errorf("%v: code %s, key %s", err, fault.CodeOf(err), fault.KeyOf(err))
	}
	if want := "call: dial carrier: EOF"; err.Error() != want {
		t.Errorf("text %q, want %q", err, want)
	}
	if fault.CodeOf(io.EOF) != fault.Internal || fault.KeyOf(io.EOF) != "internal" {
		t.Error("an error without a code is not internal")
	}
	if fault.Code(99).String() != "unknown" || fault.Denied.String() != "denied" {
		t.Error("names are wrong")
	}
}

func TestFieldErrorsAreOneInvalidError(t *testing.T) {
	var f, part fault.Fields
	if f.Err() != nil {
		t.Error("no fields are an error")
	}
	part.Add("number", "customer.phone_invalid", "%q is no number", "x")
	f.Add("name", "customer.name_missing", "a name is needed")
	f.Under("phones[0]", part)
	err := fmt.Errorf("create customer: %w", f.Err())
	if fault.CodeOf(err) != fault.Invalid || fault.KeyOf(err) != "fields" {
		t.Errorf("code %s, key %s", fault.CodeOf(err), fault.KeyOf(err))
	}
	if want := `create customer: name: a name is needed; phones[0].number: "x" is no number`; err.Error() != want {
		t.Errorf("text %q, want %q", err, want)
	}
}
