package voicemail

import (
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// Codes by which messages are heard.
const (
	Own   = "*97" // the box of the phone that dials
	Other = "*98" // the box whose number follows
)

// Reader opens boxes for those who hear messages, by the codes; it satisfies call.Menus.
type Reader struct {
	Shelf *Shelf
	Zone  func() *time.Location // in which times are said
	Heard func(m Message, phone string)
}

// Open lets the phone that dialled a code hear messages. Other legs than extensions are refused.
func (r Reader) Open(code string, from line.Info, _ call.Card, _ map[string]string) (call.Menu, error) {
	if from.Kind != line.Extension {
		return nil, fault.New(fault.Denied, "feature.denied", "open feature %s: only phones of the dealership may", code)
	}
	m := &reading{reader: r, phone: from.Line, code: code[:len(Own)], typed: code[len(Own):]}
	return m, nil
}

// passage is where a reading menu is.
type passage uint8

const (
	askingBox passage = iota
	askingPIN
	counting // says how many messages there are
	hearing  // a message plays, or a key is awaited
	greeting // the greeting is about to be recorded
	taping
	calling
	leavingBox
)

// reading is one use of a box by somebody who hears messages.
type reading struct {
	reader Reader
	phone  string
	code   string
	typed  string

	at    passage
	box   Box
	wrong int      // PINs
	ids   []string // of the messages, in the order in which they are heard
	pos   int
	now   time.Time
	whole bool // the message plays, and its end makes it heard
}

// Name is the code.
func (r *reading) Name() string { return r.code }

// Step takes one event.
func (r *reading) Step(ev call.MenuEvent, now time.Time) []call.MenuEffect {
	r.now = now
	switch ev := ev.(type) {
	case call.MenuStarted:
		return r.start()
	case call.MenuPlayed:
		return r.played()
	case call.MenuDigit:
		return r.pressed(ev.Key)
	case call.MenuTimeout:
		return r.timedOut()
	case call.MenuRecorded:
		return r.recorded(ev.Length)
	case call.MenuReturned:
		r.at = hearing
		return r.menu("vm_not_reached")
	default:
		return nil
	}
}

// most is how many digits may be typed.
const most = 16

const allKeys = "0123456789*#"

func (r *reading) start() []call.MenuEffect {
	if r.code == Own {
		b, ok := r.reader.Shelf.Of(r.phone)
		return r.enter(b, ok)
	}
	if r.typed == "" {
		r.at = askingBox
		return []call.MenuEffect{say("vm_box")}
	}
	return r.other()
}

// other enters the box whose number was dialled or typed.
func (r *reading) other() []call.MenuEffect {
	b, ok := r.reader.Shelf.box(r.typed)
	if own := slices.Contains(b.Phones(), r.phone); b.PIN == "" && !own {
		ok = false // nobody but the own phones may
	}
	return r.enter(b, ok)
}

func (r *reading) enter(b Box, ok bool) []call.MenuEffect {
	r.box, r.typed = b, ""
	switch {
	case !ok:
		return r.leave("vm_unknown")
	case b.PIN == "":
		return r.welcome()
	case r.reader.Shelf.locks.locked(b.Number, r.now):
		return r.leave("vm_locked")
	}
	r.at = askingPIN
	return []call.MenuEffect{say("vm_pin")}
}

// checkPIN compares what was typed.
func (r *reading) checkPIN() []call.MenuEffect {
	typed := r.typed
	r.typed = ""
	if r.reader.Shelf.locks.try(r.box, typed, r.now) {
		return r.welcome()
	}
	if r.wrong++; r.wrong >= tries {
		return r.leave("vm_pin_failed")
	}
	if r.reader.Shelf.locks.locked(r.box.Number, r.now) {
		return r.leave("vm_locked")
	}
	return []call.MenuEffect{call.MenuArm{}, say("vm_pin_wrong", prompt.Recording("vm_pin"))}
}

// welcome says how many messages there are, new ones and old ones; these are then heard in that order.
func (r *reading) welcome() []call.MenuEffect {
	r.at = counting
	var words []prompt.Phrase
	for _, s := range []struct {
		state State
		id    string
	}{{New, "vm_new"}, {Old, "vm_old"}} {
		list := r.reader.Shelf.List(r.box.Number, s.state)
		for _, m := range list {
			r.ids = append(r.ids, m.ID)
		}
		if len(list) > 0 {
			words = append(words, prompt.Recording(s.id), prompt.Number(len(list)))
		}
	}
	if len(words) == 0 {
		words = []prompt.Phrase{prompt.Recording("vm_none")}
	}
	return []call.MenuEffect{call.MenuArm{}, call.MenuPlay{Phrases: words, BargeIn: allKeys}}
}

// message is the one that is heard now; ok is false when there is none, or it has gone meanwhile.
func (r *reading) message() (Message, bool) {
	if r.pos < 0 || r.pos >= len(r.ids) {
		return Message{}, false
	}
	m, err := r.reader.Shelf.Find(r.ids[r.pos])
	return m, err == nil
}

// hear plays the message at the present place, with what it is and when it came.
func (r *reading) hear() []call.MenuEffect {
	m, ok := r.message()
	if !ok {
		return r.menu("vm_last")
	}
	r.at, r.whole = hearing, true
	if r.reader.Heard != nil {
		r.reader.Heard(m, r.phone)
	}
	kind := map[State]string{New: "vm_is_new", Old: "vm_is_old", Deleted: "vm_is_deleted"}[m.State]
	words := append([]prompt.Phrase{prompt.Recording(kind), prompt.Number(r.pos + 1)}, r.when(m.Left)...)
	if m.Number == "" {
		words = append(words, prompt.Recording("vm_withheld"))
	} else {
		words = append(words, prompt.Recording("vm_from"), prompt.Digits(m.Number))
	}
	words = append(words, prompt.Message(m.ID))
	return []call.MenuEffect{call.MenuArm{}, call.MenuPlay{Phrases: words, BargeIn: allKeys}}
}

// when says a time as people do.
func (r *reading) when(t time.Time) []prompt.Phrase {
	zone := r.reader.Zone()
	t = t.In(zone)
	day := prompt.Date(t)
	y, m, d := r.now.In(zone).Date()
	switch midnight := time.Date(y, m, d, 0, 0, 0, 0, zone); {
	case t.Before(midnight.AddDate(0, 0, -1)), !t.Before(midnight.AddDate(0, 0, 1)):
	case t.Before(midnight):
		day = prompt.Recording("yesterday")
	default:
		day = prompt.Recording("today")
	}
	return []prompt.Phrase{day, prompt.Clock(t)}
}

// menu says something, then which keys there are.
func (r *reading) menu(ids ...string) []call.MenuEffect {
	r.at, r.whole = hearing, false
	var words []prompt.Phrase
	for _, id := range append(ids, "vm_menu") {
		words = append(words, prompt.Recording(id))
	}
	return []call.MenuEffect{call.MenuArm{}, call.MenuPlay{Phrases: words, BargeIn: allKeys}}
}

func (r *reading) played() []call.MenuEffect {
	switch r.at {
	case counting:
		if len(r.ids) == 0 {
			r.at = hearing
			return []call.MenuEffect{call.MenuArm{After: keyWait}}
		}
		return r.hear()
	case hearing:
		if r.whole {
			r.heard()
			return r.menu()
		}
		return []call.MenuEffect{call.MenuArm{After: keyWait}}
	case greeting:
		r.at = taping
		return []call.MenuEffect{call.MenuRecord{Prompt: GreetingID(r.box.Number), Max: greetingLimit}, call.MenuArm{After: greetingLimit}}
	case leavingBox:
		return hangup()
	case askingBox, askingPIN:
		return []call.MenuEffect{call.MenuArm{After: keyWait}}
	default:
		return nil
	}
}

// greetingLimit is the longest greeting spoken by phone.
const greetingLimit = time.Minute

// heard makes a new message an old one.
func (r *reading) heard() {
	if m, ok := r.message(); ok && m.State == New {
		r.set(Old)
	}
}

// set gives the present message another state; one that has gone meanwhile has none.
func (r *reading) set(to State) bool {
	m, ok := r.message()
	return ok && r.reader.Shelf.Set(m.ID, to, r.now) == nil
}

func (r *reading) timedOut() []call.MenuEffect {
	switch r.at {
	case askingBox, askingPIN:
		return r.typedAll()
	case taping:
		return []call.MenuEffect{call.MenuArm{}, call.MenuStop{}}
	default:
		return r.leave("goodbye")
	}
}

// leave says the last words, then hangs up.
func (r *reading) leave(id string) []call.MenuEffect {
	r.at = leavingBox
	return []call.MenuEffect{call.MenuArm{}, tell(id)}
}

func say(id string, more ...prompt.Phrase) call.MenuEffect {
	return call.MenuPlay{Phrases: append([]prompt.Phrase{prompt.Recording(id)}, more...), BargeIn: allKeys}
}
