// Package internal_test holds the layers: what may import what, and why.
package internal_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/dealerline/dealerline/"

// layers are the folders below internal, lowest first. A package imports only from folders below its own, and inside
// its folder only along the arrows.
var layers = []string{"base", "sound", "lines", "calls care", "edge", "appliance", "demo"}

// arrows are the imports allowed inside a folder, each with its reason.
var arrows = map[string]string{
	"base/workday → base/fault":              "bad opening hours are faults with a field",
	"base/hlc → base/fault":                  "a stamp too far ahead is a fault",
	"base/merge → base/hlc":                  "a field's version is a stamp and who took it",
	"sound/media → sound/dsp":                "sound is moved by media, computed by dsp",
	"sound/dsp/callerid → sound/dsp":         "caller ID is made of dsp's levels and filters",
	"sound/dsp/progress → sound/dsp":         "and so is the following of tones",
	"sound/prompt → sound/media":             "prompts are read from and written to WAV, and a memo is a tap",
	"sound/recording → sound/media":          "a recorder is a tap of a bridge",
	"calls/ivr → calls/call":                 "a menu is stepped by the call it leads",
	"calls/acd → calls/call":                 "a queue commands the calls that wait in it",
	"calls/acd → calls/acd/strategy":         "strategies order the agents whom the queue found able",
	"calls/conference → calls/call":          "a conference seats the guests of calls, and lets them go",
	"calls/dialplan → calls/call":            "a PIN is asked for by a menu of the call",
	"calls/voicemail → calls/call":           "a voicemail box is a menu of the call that reached it",
	"calls/feature → calls/call":             "a feature code is a menu of the call that dialled it",
	"edge/backup → edge/store":               "a backup is a snapshot of the store and what lies beside it",
	"edge/account → edge/store":              "users, sessions and tokens are records",
	"care/crm → care/books":                  "records are kept in the way that all of the business keeps them",
	"care/ticket → care/books":               "tickets are records like others",
	"care/ticket → care/contact":             "what an attempt to reach the customer means is decided once",
	"care/outreach → care/books":             "tasks are records like others",
	"care/outreach → care/contact":           "when customers are tried, and what an attempt counts for",
	"care/attachment → care/ticket":          "a file belongs to a ticket",
	"care/attachment → care/books":           "and is handed in on somebody's behalf",
	"care/wrapup → care/books":               "what was said of a call is a record",
	"care/wrapup → care/ticket":              "and tickets come of it in the same transaction",
	"care/ticket/courier → care/ticket":      "notices are what it delivers",
	"care/ticket/courier → care/books":       "and what has come of them is a change of the books",
	"care/outreach/caller → care/outreach":   "tasks are what it calls for",
	"care/link → care/books":                 "links are records like others",
	"edge/web/softphone → edge/account":      "whose browser may be a telephone",
	"edge/web/link → edge/web/text":          "pages are in the language asked for",
	"care/crm → care/crm/pinyin":             "names are found by how they are spelt",
	"care/crm → care/crm/plate":              "vehicles by their plates",
	"care/crm → care/crm/vin":                "and by their numbers",
	"edge/hook → edge/store":                 "webhooks read the change sequence and keep their jobs in queue.db",
	"edge/intake → edge/sheet":               "imports are read from sheets and exports written as such",
	"edge/intake → edge/store":               "what is imported goes into the store, with how far it got",
	"edge/settings → edge/store":             "the settings are a document in the store",
	"edge/web/api → edge/account":            "who asks and what they may",
	"edge/web/api → edge/health":             "how the box does is a resource",
	"edge/web/api → edge/settings":           "the settings are resources",
	"edge/web/api → edge/store":              "the audit is read, answers are kept",
	"edge/web/api → edge/web/text":           "problems are said in the language asked for",
	"edge/web → edge/web/text":               "the page about the certificate is in the language asked for",
	"edge/web/api → edge/intake":             "lists are taken in and given out over the API",
	"edge/web/api → edge/sheet":              "how large an upload may be",
	"edge/web/api → edge/hook":               "webhooks are set and looked at over the API",
	"edge/web/api → edge/live":               "the API streams the news",
	"sound/prompt → sound/dsp":               "a recording's length is counted in dsp's samples",
	"sound/recording → sound/dsp":            "the picture of a recording is of decoded samples",
	"edge/store/storetest → edge/store":      "tests open stores in one way",
	"edge/web → edge/web/api":                "the control socket answers faults with the API's statuses",
	"edge/web → edge/settings":               "the control socket moves settings",
	"lines/exchange → lines/analog":          "a simulated port is an analog port",
	"lines/fxo → lines/analog":               "procedures run on analog ports",
	"lines/dahdi → lines/analog":             "the kernel's ports speak the vocabulary of analog lines",
	"lines/sipua → lines/sipua/dialog":       "the dialog's rules are pure and live apart",
	"lines/sipua → lines/sipua/digest":       "so does the reckoning of passwords",
	"lines/sipua → lines/sipua/guard":        "and of lock-outs",
	"lines/sipua → lines/sipua/offer":        "and of SDP offers and answers",
	"lines/sipua → lines/sipua/subscribe":    "and of what phones watch",
	"lines/sipua/dialog → lines/sipua/offer": "a dialog carries the offer and answer it agreed on",
}

// only lists who may import what is dangerous or meant to stay in one room.
var only = map[string][]string{
	"github.com/emiago/sipgo":             {"lines/sipua"},
	"go.etcd.io/bbolt":                    {"edge/store"},
	"github.com/tarm/serial":              {"lines/gsm"},
	"github.com/coreos/go-systemd":        {"appliance"},
	"github.com/pion/webrtc":              {"lines/webrtc"},
	"github.com/pion/ice":                 {"lines/webrtc"},
	"github.com/pion/dtls":                {"lines/webrtc"},
	"github.com/pion/interceptor":         {"lines/webrtc"},
	"github.com/pion/logging":             {"lines/webrtc"},
	"github.com/jackc/pgx":                {"hq"},
	"github.com/pion/rtp":                 {"sound/media", "lines/webrtc"},
	"github.com/pion/rtcp":                {"sound/media"},
	"github.com/pion/sdp":                 {"lines/sipua"},
	"github.com/prometheus/client_golang": {"appliance", "edge/web"},
	"github.com/fxamacker/cbor":           {"edge/store"},
	"github.com/alexedwards/scs":          {"edge/account"},
	"github.com/pquerna/otp":              {"edge/account"},
	"golang.org/x/crypto":                 {"edge/account"},
	"github.com/danielgtaylor/huma":       {"edge/web/api"},
	"github.com/mozillazg/go-pinyin":      {"care/crm/pinyin"},
	"github.com/xuri/excelize":            {"edge/sheet"},
	"golang.org/x/text":                   {"edge/sheet"},
	"unsafe":                              {"sound/media", "lines/dahdi"},
}

type pkg struct {
	ImportPath string
	Name       string
	Doc        string
	Imports    []string
}

func list(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Name,Doc,Imports", module+"internal/...", module+"cmd/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func rank(room string) int {
	top, _, _ := strings.Cut(room, "/")
	return slices.IndexFunc(layers, func(l string) bool { return slices.Contains(strings.Fields(l), top) })
}

func TestLayers(t *testing.T) {
	used := map[string]bool{}
	for _, p := range list(t) {
		room, inside := strings.CutPrefix(p.ImportPath, module+"internal/")
		if !inside || p.Name == "internal_test" {
			continue
		}
		if rank(room) < 0 {
			t.Errorf("%s lies in no layer", room)
			continue
		}
		for _, i := range p.Imports {
			to, ours := strings.CutPrefix(i, module+"internal/")
			if !ours {
				continue
			}
			from, down := rank(room), rank(to)
			_, allowed := arrows[room+" → "+to]
			used[room+" → "+to] = true
			switch {
			case down > from:
				t.Errorf("%s imports %s, which lies above it", room, to)
			case down == from && !allowed:
				t.Errorf("%s imports %s: no arrow leads there (add one to arrows with its reason, or cut it)", room, to)
			case down == from && strings.HasPrefix(room, "calls/") && strings.HasPrefix(to, "care/"),
				down == from && strings.HasPrefix(room, "care/") && strings.HasPrefix(to, "calls/"):
				t.Errorf("%s imports %s: care and calls meet only in appliance", room, to)
			}
		}
	}
	for arrow := range arrows {
		if !used[arrow] {
			t.Errorf("nobody goes along %q any more: take the arrow out", arrow)
		}
	}
}

func TestOnlyTheNamedImportersUseWhatIsDangerous(t *testing.T) {
	for _, p := range list(t) {
		room := strings.TrimPrefix(p.ImportPath, module+"internal/")
		for _, i := range p.Imports {
			for lib, rooms := range only {
				if i != lib && !strings.HasPrefix(i, lib+"/") {
					continue
				}
				if !slices.ContainsFunc(rooms, func(r string) bool { return room == r || strings.HasPrefix(room, r+"/") }) {
					t.Errorf("%s imports %s: only %s may", room, i, strings.Join(rooms, ", "))
				}
			}
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	for _, p := range list(t) {
		if p.Doc == "" && p.Name != "" && p.ImportPath != module+"internal" {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
	}
}
