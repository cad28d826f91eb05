package api

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dealerline/dealerline/internal/calls/ivr"
)

// documented are types that write themselves to JSON in a form that their fields do not show, and what describes it.
func documented() map[reflect.Type]reflect.Type {
	return map[reflect.Type]reflect.Type{reflect.TypeFor[ivr.Words](): reflect.TypeFor[words]()}
}

// words describes [ivr.Words]: a recording's id, or an object.
type words struct{}

// Schema describes what is said.
func (words) Schema(huma.Registry) *huma.Schema {
	text := &huma.Schema{Type: huma.TypeString}
	return &huma.Schema{OneOf: []*huma.Schema{
		{Type: huma.TypeString, Description: "A recording's id"},
		{
			Type: huma.TypeObject, Description: "A value to be spoken; it may be a variable, such as $position", AdditionalProperties: false,
			Properties: map[string]*huma.Schema{"recording": text, "number": text, "digits": text, "position": text, "duration_seconds": text},
		},
	}}
}
