package acd

import (
	"fmt"
	"maps"
	"slices"
)

// TargetRef is a place that the settings lead to, and where they say so.
type TargetRef struct {
	Path   string
	Target Target
}

// RecordingRef is a recording that the settings play, and where they say so.
type RecordingRef struct {
	Path string
	ID   string
}

// Targets lists every place that the queues lead to, for whoever knows which places exist.
func (s Settings) Targets() []TargetRef {
	var refs []TargetRef
	for i, q := range s.Queues {
		refs = append(refs, q.targets(fmt.Sprintf("queues[%d]", i))...)
	}
	return refs
}

func (q Queue) targets(path string) []TargetRef {
	var refs []TargetRef
	for i, r := range q.Overflow {
		refs = append(refs, TargetRef{fmt.Sprintf("%s.overflow[%d].target", path, i), r.Target})
	}
	for _, t := range []struct {
		name   string
		target *Target
	}{{"timeout_target", q.TimeoutTarget}, {"full_target", q.FullTarget}, {"empty_target", q.EmptyTarget}} {
		if t.target != nil {
			refs = append(refs, TargetRef{path + "." + t.name, *t.target})
		}
	}
	if q.Survey != "" {
		refs = append(refs, TargetRef{path + ".survey", Target{Kind: "menu", Name: q.Survey}})
	}
	for _, k := range slices.Sorted(maps.Keys(q.ExitKeys)) {
		refs = append(refs, TargetRef{path + ".exit_keys." + k, q.ExitKeys[k]})
	}
	return refs
}

// CalendarRef is a calendar that the settings go by, and where they say so.
type CalendarRef struct {
	Path string
	ID   string
}

// Calendars lists every calendar that the queues go by, for whoever knows which there are.
func (s Settings) Calendars() []CalendarRef {
	var refs []CalendarRef
	for i, q := range s.Queues {
		if id := q.Callback.Calendar; id != "" {
			refs = append(refs, CalendarRef{fmt.Sprintf("queues[%d].callback.calendar", i), id})
		}
	}
	return refs
}

// Recordings lists every recording that the settings name. Those that the queues speak by themselves are in
// [Prompts].
func (s Settings) Recordings() []RecordingRef {
	var refs []RecordingRef
	add := func(path, id string) {
		if id != "" {
			refs = append(refs, RecordingRef{path, id})
		}
	}
	for i, q := range s.Queues {
		path := fmt.Sprintf("queues[%d]", i)
		add(path+".whisper", q.Whisper)
		add(path+".callback.greeting", q.Callback.Greeting)
		add(path+".announce.entry", q.Announce.Entry)
		for j, id := range q.Announce.Periodic {
			add(fmt.Sprintf("%s.announce.periodic[%d]", path, j), id)
		}
	}
	for i, a := range s.Agents {
		add(fmt.Sprintf("agents[%d].greeting", i), a.Greeting)
	}
	return refs
}
