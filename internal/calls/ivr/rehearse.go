package ivr

import (
	"maps"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// What somebody who rehearses a menu does beside pressing keys.
const (
	ActWait       = "wait"        // presses nothing until the time is over
	ActNotReached = "not_reached" // whom the menu calls does not answer
)

// maxRehearsed bounds the events of a rehearsal: a menu may lead in circles as long as keys are pressed.
const maxRehearsed = 2000

// Rehearsal is a caller who is played.
type Rehearsal struct {
	Flow string
	// Draft stands in for the published version of Flow; nil: that is taken.
	Draft *Flow
	From  line.Info
	Card  call.Card
	Attrs map[string]string
	// Acts are what the caller does, one after the other, each once the menu has finished speaking: a key, or one of
	// the constants.
	Acts []string
	At   time.Time
}

// Scene is a node that the rehearsed call came to.
type Scene struct {
	Node     string          `json:"node" doc:"The menu and the node: main/welcome"`
	Key      string          `json:"key,omitempty" doc:"What led there"`
	Heard    []prompt.Phrase `json:"heard,omitempty" nullable:"false"`
	Language string          `json:"language,omitempty" doc:"From here on"`
}

// Course is what came of a rehearsal.
type Course struct {
	Scenes []Scene `json:"scenes" nullable:"false"`
	// Waits is what the menu waits for when there are no more acts: "key", or "answer" of whom it calls; "" at its end.
	Waits string `json:"waits,omitempty" enum:"key,answer"`
	// Goes is where the menu leads the call: "queue q_rescue".
	Goes  string            `json:"goes,omitempty"`
	Vars  map[string]string `json:"vars,omitempty"`
	Unmet int               `json:"unmet,omitempty" doc:"Acts that were left over when the menu was at its end"`
}

// Rehearse plays a caller through the menus as they are published, by the same interpreter that runs calls.
func (m *Menus) Rehearse(r Rehearsal) Course {
	w := m.shelf.Load().world
	if r.Draft != nil {
		w.Flows = maps.Clone(w.Flows)
		w.Flows[r.Flow] = *r.Draft
	}
	p := player{world: w, state: NewState(r.Flow, r.From, r.Card, r.Attrs), at: r.At, course: Course{Scenes: []Scene{}}}
	p.do(call.MenuStarted{})
	left := r.Acts
	for ; len(left) > 0; left = left[1:] {
		p.listen()
		if p.state.Phase == Finished || !p.act(left[0]) {
			break
		}
	}
	p.listen()
	p.course.Vars, p.course.Unmet = p.state.Vars, len(left)
	switch p.state.Phase {
	case Listening:
		p.course.Waits = "key"
	case Away:
		p.course.Waits = "answer"
	case Fresh, Speaking, Finished:
	}
	return p.course
}

// player is a rehearsal under way.
type player struct {
	world  World
	state  State
	at     time.Time
	course Course
	events int
}

// listen hears the menu out.
func (p *player) listen() {
	for p.state.Phase == Speaking && p.events < maxRehearsed {
		p.do(call.MenuPlayed{})
	}
}

// act reports whether the caller could do it in this state.
func (p *player) act(what string) bool {
	switch {
	case what == ActNotReached && p.state.Phase == Away:
		p.course.Goes = ""
		p.do(call.MenuReturned{Cause: line.NoAnswer})
	case what == ActWait && p.state.Phase == Listening:
		p.do(call.MenuTimeout{})
	case len(what) == 1 && p.state.Phase == Listening:
		p.do(call.MenuDigit{Key: what[0]})
	default:
		return false
	}
	return true
}

func (p *player) do(ev call.MenuEvent) {
	if p.events++; p.events > maxRehearsed {
		return
	}
	var effects []call.MenuEffect
	p.state, effects = Step(p.state, ev, p.world, p.at)
	for _, e := range effects {
		p.note(e)
	}
}

// note writes down what the call would be told to do.
func (p *player) note(e call.MenuEffect) {
	last := len(p.course.Scenes) - 1
	switch e := e.(type) {
	case call.MenuTrace:
		p.course.Scenes = append(p.course.Scenes, Scene{Node: e.Node, Key: e.Key})
	case call.MenuPlay:
		if last >= 0 {
			p.course.Scenes[last].Heard = append(p.course.Scenes[last].Heard, e.Phrases...)
		}
	case call.MenuLanguage:
		if last >= 0 {
			p.course.Scenes[last].Language = e.Language
		}
	case call.MenuGo:
		p.course.Goes = e.Target.String()
	}
}
