package subscribe_test

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/lines/sipua/subscribe"
)

// info is a dialog-info document as a phone reads it.
type info struct {
	XMLName xml.Name `xml:"urn:ietf:params:xml:ns:dialog-info dialog-info"`
	Version string   `xml:"version,attr"`
	State   string   `xml:"state,attr"`
	Entity  string   `xml:"entity,attr"`
	Dialogs []struct {
		ID        string `xml:"id,attr"`
		CallID    string `xml:"call-id,attr"`
		LocalTag  string `xml:"local-tag,attr"`
		RemoteTag string `xml:"remote-tag,attr"`
		Direction string `xml:"direction,attr"`
		State     string `xml:"state"`
		Local     party  `xml:"local"`
		Remote    party  `xml:"remote"`
	} `xml:"dialog"`
}

type party struct {
	Identity struct {
		Display string `xml:"display,attr"`
		URI     string `xml:",chardata"`
	} `xml:"identity"`
	Target struct {
		URI string `xml:"uri,attr"`
	} `xml:"target"`
}

func read(t *testing.T, doc []byte) info {
	t.Helper()
	var i info
	if err := xml.Unmarshal(doc, &i); err != nil {
		t.Fatalf("%v in\n%s", err, doc)
	}
	return i
}

func TestDialogInfo(t *testing.T) {
	ringing := subscribe.Dialog{
		ID: "1", State: subscribe.Early, CallID: "a@b", LocalTag: "phone", RemoteTag: "box", Remote: "13800138000", Name: `王 "<&>`,
	}
	i := read(t, subscribe.DialogInfo("8001", "192.0.2.1", 3, true, []subscribe.Dialog{ringing, {ID: "2", State: subscribe.Confirmed, Initiator: true}}))
	if i.Version != "3" || i.State != "full" || i.Entity != "sip:8001@192.0.2.1" || len(i.Dialogs) != 2 {
		t.Fatalf("%+v", i)
	}
	d := i.Dialogs[0]
	if d.ID != "1" || d.CallID != "a@b" || d.LocalTag != "phone" || d.RemoteTag != "box" || d.Direction != "recipient" || d.State != "early" ||
		d.Remote.Identity.Display != `王 "<&>` || d.Remote.Identity.URI != "sip:13800138000@192.0.2.1" ||
		d.Remote.Target.URI != "sip:13800138000@192.0.2.1" || d.Local.Identity.URI != "sip:8001@192.0.2.1" {
		t.Errorf("%+v", d)
	}
	d = i.Dialogs[1]
	if d.CallID != "" || d.Direction != "initiator" || d.State != "confirmed" || d.Remote.Identity.URI != "" {
		t.Errorf("%+v", d)
	}

	none := string(subscribe.DialogInfo("8001", "box", 0, true, nil))
	if i := read(t, []byte(none)); i.Version != "0" || len(i.Dialogs) != 0 {
		t.Error(none)
	}
	over := read(t, subscribe.DialogInfo("8001", "box", 9, false, subscribe.Differences([]subscribe.Dialog{ringing}, nil)))
	if over.State != "partial" || len(over.Dialogs) != 1 || over.Dialogs[0].State != "terminated" || over.Dialogs[0].ID != "1" {
		t.Errorf("%+v", over)
	}
}

func TestDifferences(t *testing.T) {
	a, b := subscribe.Dialog{ID: "a", State: subscribe.Early}, subscribe.Dialog{ID: "b", State: subscribe.Confirmed}
	answered := a
	answered.State = subscribe.Confirmed
	list := func(d ...subscribe.Dialog) []subscribe.Dialog { return d }
	for _, c := range []struct {
		before, after []subscribe.Dialog
		want          string
	}{
		{nil, nil, ""},
		{nil, list(a, b), "a early b confirmed"},
		{list(a, b), list(a, b), ""},
		{list(a, b), list(answered, b), "a confirmed"},
		{list(a, b), list(b), "a terminated"},
		{list(a), list(b), "b confirmed a terminated"},
		{list(subscribe.Dialog{ID: "x"}), nil, ""}, // it was told as over already
	} {
		var got []string
		for _, d := range subscribe.Differences(c.before, c.after) {
			got = append(got, d.ID+" "+d.State.String())
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%v → %v: %q, want %q", c.before, c.after, s, c.want)
		}
	}
}

func TestSummary(t *testing.T) {
	for want, m := range map[string]subscribe.Messages{
		"Messages-Waiting: yes\r\nMessage-Account: sip:8001@box\r\nVoice-Message: 2/5 (0/0)\r\n": {New: 2, Old: 5},
		"Messages-Waiting: no\r\nMessage-Account: sip:8001@box\r\nVoice-Message: 0/5 (0/0)\r\n":  {New: -1, Old: 5},
	} {
		if got := string(subscribe.Summary("sip:8001@box", m)); got != want {
			t.Errorf("%+v: %q", m, got)
		}
	}
}

// FuzzDialogInfo: whatever names a carrier sends, the document stays one.
func FuzzDialogInfo(f *testing.F) {
	f.Add("8001", "box", "id", "call", "138", "Name")
	f.Add("<", "\x00", "\"", "]]>", "\xff", "\u2028&")
	f.Fuzz(func(t *testing.T, name, host, id, call, number, display string) {
		d := subscribe.Dialog{ID: id, State: subscribe.Early, CallID: call, LocalTag: name, RemoteTag: host, Remote: number, Name: display}
		i := read(t, subscribe.DialogInfo(name, host, 1, false, []subscribe.Dialog{d}))
		if len(i.Dialogs) != 1 || i.Dialogs[0].State != "early" {
			t.Fatalf("%+v", i)
		}
	})
}
