package api

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/ivr"
	"github.com/dealerline/dealerline/internal/calls/voicemail"
	"github.com/dealerline/dealerline/internal/sound/recording"
)

// documented are types that write themselves to JSON in a form that their fields do not show, and what describes it.
func documented() map[reflect.Type]reflect.Type {
	name := reflect.TypeFor[name]()
	return map[reflect.Type]reflect.Type{
		reflect.TypeFor[ivr.Words](): reflect.TypeFor[words](), reflect.TypeFor[line.Direction](): reflect.TypeFor[direction](),
		reflect.TypeFor[call.Disposition](): reflect.TypeFor[disposition](), reflect.TypeFor[line.Kind](): name, reflect.TypeFor[line.Cause](): name,
		reflect.TypeFor[line.Supervision](): name, reflect.TypeFor[recording.Verdict](): name, reflect.TypeFor[voicemail.State](): name,
	}
}

// name describes numbers that write their names.
type name struct{}

// Schema describes a name.
func (name) Schema(huma.Registry) *huma.Schema { return &huma.Schema{Type: huma.TypeString} }

// direction describes [line.Direction].
type direction struct{}

// Schema lists the directions.
func (direction) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Enum: []any{line.Inbound.String(), line.Outbound.String()}}
}

// disposition describes [call.Disposition].
type disposition struct{}

// Schema lists how far calls come.
func (disposition) Schema(huma.Registry) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for d := call.Rejected; d <= call.Interrupted; d++ {
		s.Enum = append(s.Enum, d.String())
	}
	return s
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
