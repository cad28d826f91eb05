package subscribe

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
)

// DialogInfoType is the media type of a dialog-info document (RFC 4235 §3.4).
const DialogInfoType = "application/dialog-info+xml"

// State is how far a dialog has come (RFC 4235 §3.7.1), as much of it as lamps show.
type State uint8

// The states of a dialog.
const (
	Idle      State = iota // there is none, or no longer
	Trying                 // called, and nothing rings yet
	Early                  // it rings
	Confirmed              // they speak
)

// String returns the state's word in a document.
func (s State) String() string {
	names := [...]string{"terminated", "trying", "early", "confirmed"}
	if int(s) >= len(names) {
		return "terminated"
	}
	return names[s]
}

// Dialog is one dialog of a line, as its own phone sees it.
type Dialog struct {
	ID        string // names it in the line's documents
	State     State
	CallID    string // of the dialog between box and phone, "" when there is none to be taken over
	LocalTag  string // the phone's
	RemoteTag string // the box's, or what stands for it
	Initiator bool   // the phone called
	Remote    string // number of the other party, "" when it is not to be shown
	Name      string // of the other party
}

// Differences returns what a partial document has to say to one who knows before: the dialogs that are new or
// otherwise, and as Idle those that are no more (RFC 4235 §4.3).
func Differences(before, after []Dialog) []Dialog {
	var out []Dialog
	for _, d := range after {
		if !slices.Contains(before, d) {
			out = append(out, d)
		}
	}
	for _, d := range before {
		if d.State != Idle && !slices.ContainsFunc(after, func(a Dialog) bool { return a.ID == d.ID }) {
			out = append(out, Dialog{ID: d.ID, CallID: d.CallID, LocalTag: d.LocalTag, RemoteTag: d.RemoteTag, Initiator: d.Initiator})
		}
	}
	return out
}

// DialogInfo writes a dialog-info document (RFC 4235 §4.1) of the line name at host. Full says that these are all its
// dialogs; else they are those that have changed.
func DialogInfo(name, host string, version uint32, full bool, dialogs []Dialog) []byte {
	var b bytes.Buffer
	state := "partial"
	if full {
		state = "full"
	}
	line := "sip:" + name + "@" + host
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>`+"\r\n"+
		`<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="%d" state="%s" entity="%s">`+"\r\n",
		version, state, quoted(line))
	for _, d := range dialogs {
		dialog(&b, d, line, host)
	}
	b.WriteString("</dialog-info>\r\n")
	return b.Bytes()
}

func dialog(b *bytes.Buffer, d Dialog, line, host string) {
	fmt.Fprintf(b, `<dialog id="%s"`, quoted(d.ID))
	if d.CallID != "" {
		attribute(b, "call-id", d.CallID)
		attribute(b, "local-tag", d.LocalTag)
		attribute(b, "remote-tag", d.RemoteTag)
	}
	direction := "recipient"
	if d.Initiator {
		direction = "initiator"
	}
	fmt.Fprintf(b, ` direction="%s">`+"\r\n<state>%s</state>\r\n", direction, d.State)
	if d.State != Idle {
		party(b, "local", "", line)
		if d.Remote != "" {
			party(b, "remote", d.Name, "sip:"+d.Remote+"@"+host)
		}
	}
	b.WriteString("</dialog>\r\n")
}

func attribute(b *bytes.Buffer, name, value string) {
	if value != "" {
		fmt.Fprintf(b, ` %s="%s"`, name, quoted(value))
	}
}

func party(b *bytes.Buffer, side, name, uri string) {
	fmt.Fprintf(b, "<%s><identity", side)
	attribute(b, "display", name)
	fmt.Fprintf(b, `>%[2]s</identity><target uri="%[2]s"/></%[1]s>`+"\r\n", side, quoted(uri))
}

// quoted writes a text so that it may stand between tags and in an attribute.
func quoted(s string) string {
	var b bytes.Buffer
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return "" // a buffer takes everything
	}
	return b.String()
}
