package settings

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/workday"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/conference"
	"github.com/dealerline/dealerline/internal/calls/feature"
	"github.com/dealerline/dealerline/internal/calls/ivr"
	"github.com/dealerline/dealerline/internal/lines/sipua"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// Check finds everything wrong with a document, also what only shows between its parts: a rule that names a trunk
// that is not there, a queue that overflows into nothing.
func Check(d *Document, has func(language, id string) bool) Problems {
	c := &checker{d: d, has: has}
	c.checkHead()
	c.checkSIP()
	c.checkAnalog()
	c.checkQueues()
	c.checkCalendars()
	c.checkFlows()
	c.checkRules()
	c.checkAround()
	c.checkVoicemail()
	c.checkCare()
	c.checkOutreach()
	c.checkSite()
	c.checkFigures()
	c.checkRest()
	return c.problems
}

type checker struct {
	d        *Document
	has      func(language, id string) bool
	problems Problems
}

func (c *checker) add(path, format string, args ...any) {
	c.problems = append(c.problems, Problem{Path: path, Text: fmt.Sprintf(format, args...)})
}

// addErr adds an error whose text begins with the path inside the part.
func (c *checker) addErr(path string, err error) {
	text := err.Error()
	if f, ok := errors.AsType[*fault.Error](err); ok {
		text = f.Op
	}
	if field, rest, ok := strings.Cut(text, ": "); ok && !strings.Contains(field, " ") {
		c.add(path+"."+field, "%s", rest)
		return
	}
	c.add(path, "%s", text)
}

func (c *checker) checkHead() {
	if c.d.Format != Format {
		c.add("format", "is %d, this program knows %d", c.d.Format, Format)
	}
	if c.d.Dealership.Name == "" {
		c.add("dealership.name", "must not be empty")
	}
	if _, err := time.LoadLocation(c.d.Dealership.Zone); err != nil || c.d.Dealership.Zone == "" {
		c.add("dealership.zone", "%q is not a zone like Asia/Shanghai", c.d.Dealership.Zone)
	}
	if !slices.Contains([]string{"zh-CN", "en"}, c.d.Dealership.Language) {
		c.add("dealership.language", "%q is not zh-CN or en", c.d.Dealership.Language)
	}
}

func (c *checker) checkSIP() {
	numbers := map[string]string{}
	for i, e := range c.d.Extensions {
		path := fmt.Sprintf("extensions[%d]", i)
		if err := e.Validate(); err != nil {
			c.addErr(path, err)
		}
		c.takeNumber(numbers, e.Number, path)
	}
	for i, n := range c.d.Internal {
		path := fmt.Sprintf("internal[%d]", i)
		c.takeNumber(numbers, n.Number, path)
		if n.Number == "" {
			c.add(path+".number", "must not be empty")
		}
		c.checkTarget(path+".target", n.Target)
	}
	for i, r := range c.d.Conferences.Rooms {
		c.takeNumber(numbers, r.Number, fmt.Sprintf("conferences.rooms[%d]", i))
	}
	names := map[string]bool{}
	for i, t := range c.d.Trunks {
		path := fmt.Sprintf("trunks[%d]", i)
		if err := t.Validate(); err != nil {
			c.addErr(path, err)
		}
		if names[t.Name] {
			c.add(path+".name", "%q is there twice", t.Name)
		}
		names[t.Name] = true
	}
}

func (c *checker) takeNumber(taken map[string]string, number, path string) {
	if other, ok := taken[number]; ok {
		c.add(path+".number", "%s already belongs to %s", number, other)
	}
	if feature.IsCode(number) {
		c.add(path+".number", "%s is a feature code", number)
	}
	taken[number] = path
}

func (c *checker) checkQueues() {
	for _, p := range c.d.ACD().Validate() {
		c.add(p.Path, "%s", p.Message)
	}
	extensions := map[string]bool{}
	for _, e := range c.d.Extensions {
		extensions[e.Number] = true
	}
	for i, a := range c.d.Agents {
		if a.Extension != "" && !extensions[a.Extension] {
			c.add(fmt.Sprintf("agents[%d].extension", i), "there is no extension %s", a.Extension)
		}
	}
	for _, r := range c.d.ACD().Targets() {
		c.checkTarget(r.Path, r.Target)
	}
	for _, r := range c.d.ACD().Calendars() {
		if !slices.ContainsFunc(c.d.Calendars, func(k workday.Calendar) bool { return k.ID == r.ID }) {
			c.add(r.Path, "there is no calendar %q", r.ID)
		}
	}
	for _, r := range c.d.ACD().Recordings() {
		if c.has != nil && !c.has(c.d.Dealership.Language, r.ID) {
			c.add(r.Path, "there is no recording %q", r.ID)
		}
	}
}

func (c *checker) checkCalendars() {
	seen := map[string]bool{}
	for i, cal := range c.d.Calendars {
		path := fmt.Sprintf("calendars[%d]", i)
		for _, err := range cal.Validate() {
			c.addErr(path, err)
		}
		if seen[cal.ID] {
			c.add(path+".id", "%q is there twice", cal.ID)
		}
		seen[cal.ID] = true
	}
}

func (c *checker) checkFlows() {
	seen := map[string]bool{}
	for i, s := range c.d.Flows {
		path := fmt.Sprintf("flows[%d]", i)
		if s.ID == "" || seen[s.ID] {
			c.add(path+".id", "%q is empty or there twice", s.ID)
		}
		seen[s.ID] = true
		v, ok := s.Current()
		if !ok {
			if s.Published != 0 {
				c.add(path+".published", "there is no version %d", s.Published)
			}
			continue
		}
		for _, p := range ivr.Validate(v.Flow, c.Known(s.ID)) {
			if !p.Warning {
				c.add(fmt.Sprintf("%s(%s)", path, s.ID), "%s", p)
			}
		}
	}
}

// CheckFlow finds what is wrong with a flow that stands in for the published one of the same id, warnings among it.
func CheckFlow(d *Document, has func(language, id string) bool, id string, f ivr.Flow) []ivr.Problem {
	with := *d
	with.Flows = slices.Clone(d.Flows)
	for i := range with.Flows {
		if with.Flows[i].ID == id { // what other flows lead to is known by what is published
			with.Flows[i].Versions, with.Flows[i].Published = []ivr.Version{{Version: 1, Flow: f}}, 1
		}
	}
	c := &checker{d: &with, has: has}
	return ivr.Validate(f, c.Known(id))
}

// Known is what the flow with this id may name, for its own check.
func (c *checker) Known(flow string) ivr.Known {
	calendars, queues, flows := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, x := range c.d.Calendars {
		calendars[x.ID] = true
	}
	for _, x := range c.d.Queues {
		queues[x.ID] = true
	}
	for _, x := range c.d.Flows {
		flows[x.ID] = x.Published != 0
	}
	return ivr.Known{
		Prompt: c.has, Enters: c.enters(flow), Returns: c.selectable(),
		Calendar: func(id string) bool { return calendars[id] },
		Queue:    func(id string) bool { return queues[id] },
		Flow:     func(id string) bool { return flows[id] },

		Voicemail: c.d.hasBox,
	}
}

// selectable lists the languages that any published flow changes to.
func (c *checker) selectable() []string {
	seen := map[string]bool{}
	for _, s := range c.d.Flows {
		if v, ok := s.Current(); ok {
			for _, l := range v.Flow.Languages() {
				seen[l] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// enters lists the languages in which callers come into a flow: the dealership's, and when other flows or queues lead
// there, also those that callers can have chosen before.
func (c *checker) enters(flow string) []string {
	out := []string{c.d.Dealership.Language}
	led := slices.ContainsFunc(c.d.ACD().Targets(), func(r acd.TargetRef) bool {
		return r.Target.Kind == call.TargetMenu.String() && r.Target.Name == flow
	}) || slices.ContainsFunc(c.d.Flows, func(s ivr.Shelf) bool {
		v, ok := s.Current()
		return ok && slices.Contains(v.Flow.SubFlows(), flow)
	})
	if !led {
		return out
	}
	for _, l := range c.selectable() {
		if l != out[0] {
			out = append(out, l)
		}
	}
	return out
}

func (c *checker) hasQueue(id string) bool {
	return slices.ContainsFunc(c.d.Queues, func(q acd.Queue) bool { return q.ID == id })
}

// checkTarget checks that a place exists.
func (c *checker) checkTarget(path string, t Target) {
	kind, ok := call.ParseTargetKind(t.Kind)
	if !ok || kind == call.TargetFeature || kind > call.TargetConference {
		c.add(path+".kind", "%q is not menu, queue, extension, external, voicemail, conference or hangup", t.Kind)
		return
	}
	found := true
	switch kind {
	case call.TargetMenu:
		found = slices.ContainsFunc(c.d.Flows, func(s ivr.Shelf) bool { return s.ID == t.Name && s.Published != 0 })
	case call.TargetQueue:
		found = c.hasQueue(t.Name)
	case call.TargetExtension:
		_, found = c.d.InternalTarget(t.Name)
	case call.TargetExternal:
		_, found = c.d.OutboundWay(t.Name)
	case call.TargetVoicemail:
		found = c.d.hasBox(t.Name)
	case call.TargetConference:
		found = slices.ContainsFunc(c.d.Conferences.Rooms, func(r conference.Room) bool { return r.Number == t.Name })
	default: // a hang-up needs nothing
	}
	if !found {
		c.add(path+".name", "there is no %s %q (a menu must be published, an external number allowed by outbound)", t.Kind, t.Name)
	}
}

func (c *checker) checkRules() {
	trunk := func(path, name string) {
		sip := slices.ContainsFunc(c.d.Trunks, func(t sipua.Trunk) bool { return t.Name == name })
		if !sip && !c.d.IsAnalog(name) {
			c.add(path, "there is no trunk, analog line or group %q", name)
		}
	}
	for i, r := range c.d.Inbound {
		path := fmt.Sprintf("inbound[%d]", i)
		if r.Trunk != "" {
			trunk(path+".trunk", r.Trunk)
		}
		c.checkPattern(path+".number", r.Number)
		c.checkPattern(path+".caller", r.Caller)
		c.checkTarget(path+".target", r.Target)
	}
	for i, r := range c.d.Outbound {
		path := fmt.Sprintf("outbound[%d]", i)
		if r.Match == "" {
			c.add(path+".match", "must not be empty (\"*\" fits everything)")
		}
		c.checkPattern(path+".match", r.Match)
		if r.Strip < 0 {
			c.add(path+".strip", "is negative")
		}
		for j, name := range r.Trunks {
			trunk(fmt.Sprintf("%s.trunks[%d]", path, j), name)
		}
	}
	for i, b := range c.d.Blacklist {
		c.checkPattern(fmt.Sprintf("blacklist[%d].number", i), b.Number)
		if strings.Trim(b.Number, "X*") == "" {
			c.add(fmt.Sprintf("blacklist[%d].number", i), "would block every caller")
		}
	}
}

func (c *checker) checkPattern(path, p string) {
	for i, r := range p {
		digit := (r >= '0' && r <= '9') || r == 'X' || r == '+' || r == '#'
		if !digit && (r != '*' || (i != len(p)-1 && i != 0)) {
			c.add(path, "%q: digits, X for any digit, and a final * for any ending", p)
			return
		}
	}
}

func (c *checker) checkRest() {
	for i, v := range c.d.VIPs {
		if v.Number == "" {
			c.add(fmt.Sprintf("vips[%d].number", i), "must not be empty")
		}
		if v.Bonus < 0 || v.Bonus > 24*3600 {
			c.add(fmt.Sprintf("vips[%d].bonus", i), "is not from 0 to a day's seconds")
		}
	}
	if c.d.Calls.Ring < 5 || c.d.Calls.Ring > 300 {
		c.add("calls.ring", "is not from 5 to 300 seconds")
	}
	if m := c.d.Calls.MaxDuration; m != 0 && (m < 10 || m > 7*24*3600) {
		c.add("calls.max_duration", "is neither 0 nor from 10 seconds to a week")
	}
	if !slices.Contains([]string{"", "all", "external", "none"}, c.d.Calls.Record) {
		c.add("calls.record", "%q is not all, external or none", c.d.Calls.Record)
	}
	if c.d.Recording.KeepDays < 0 {
		c.add("recording.keep_days", "is negative")
	}
	for _, q := range slices.Sorted(maps.Keys(c.d.Recording.KeepDaysByQueue)) {
		if !c.hasQueue(q) {
			c.add("recording.keep_days_by_queue."+q, "there is no queue %q", q)
		}
		if c.d.Recording.KeepDaysByQueue[q] < 0 {
			c.add("recording.keep_days_by_queue."+q, "is negative")
		}
	}
	for _, n := range slices.Sorted(maps.Keys(c.d.PromptNumbers)) {
		if len(n) != 3 || strings.Trim(n, "0123456789") != "" {
			c.add("prompt_numbers."+n, "is not a three-digit number")
		}
		if id := c.d.PromptNumbers[n]; !prompt.ValidID(id) {
			c.add("prompt_numbers."+n, "%q is not the id of a recording", id)
		}
	}
}
