package settings

import "slices"

// WithoutSecrets is the document without the passwords of phones and trunks and the PINs of voicemail.
func (d *Document) WithoutSecrets() *Document {
	bare := *d
	bare.Extensions, bare.Trunks = slices.Clone(d.Extensions), slices.Clone(d.Trunks)
	for i := range bare.Extensions {
		bare.Extensions[i].Password = ""
	}
	for i := range bare.Trunks {
		bare.Trunks[i].Password = ""
	}
	bare.Voicemail.Boxes = slices.Clone(d.Voicemail.Boxes)
	for i := range bare.Voicemail.Boxes {
		bare.Voicemail.Boxes[i].PIN = ""
	}
	return &bare
}
