package acd

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// Validate returns everything that is wrong with the settings by themselves. Whether the places they lead to and
// the recordings they name exist, only the whole document knows: see [Settings.Targets] and [Settings.Recordings].
func (s Settings) Validate() fault.Fields {
	v := validator{settings: s, agents: map[string]bool{}, queues: map[string]bool{}}
	v.agentList()
	v.reasons()
	for i, q := range s.Queues {
		path := fmt.Sprintf("queues[%d]", i)
		v.check(q.ID != "", path+".id", "is missing")
		v.check(!v.queues[q.ID], path+".id", "%q is used twice", q.ID)
		v.queues[q.ID] = true
	}
	for i, q := range s.Queues {
		v.queue(fmt.Sprintf("queues[%d]", i), q)
	}
	v.circles()
	return v.problems
}

// invalid makes one error of all problems, nil for none.
func invalid(problems fault.Fields) error {
	if err := problems.Err(); err != nil {
		return fmt.Errorf("check queue settings: %w", err)
	}
	return nil
}

type validator struct {
	settings Settings
	problems fault.Fields
	agents   map[string]bool
	queues   map[string]bool
}

func (v *validator) check(ok bool, path, format string, args ...any) {
	if !ok {
		v.problems.Add(path, "settings.invalid", format, args...)
	}
}

func (v *validator) agentList() {
	names, extensions := map[string]bool{}, map[string]bool{}
	for i, a := range v.settings.Agents {
		path := fmt.Sprintf("agents[%d]", i)
		v.check(a.ID != "", path+".id", "is missing")
		v.check(!names[a.ID], path+".id", "%q is used twice", a.ID)
		names[a.ID], v.agents[a.ID] = true, true
		if a.Number != "" && a.Number != a.ID {
			v.check(!names[a.Number], path+".number", "%q is used twice", a.Number)
			names[a.Number] = true
		}
		if a.Extension != "" {
			v.check(!extensions[a.Extension], path+".extension", "%q is the default of two agents", a.Extension)
			extensions[a.Extension] = true
		}
		for _, skill := range slices.Sorted(maps.Keys(a.Skills)) {
			v.check(skill != "" && a.Skills[skill] >= 1, path+".skills."+skill, "level must be 1 or more")
		}
	}
}

func (v *validator) reasons() {
	ids, keys := map[string]bool{}, map[string]bool{}
	for i, r := range v.settings.PauseReasons {
		path := fmt.Sprintf("pause_reasons[%d]", i)
		v.check(r.ID != "", path+".id", "is missing")
		v.check(r.ID != ReasonMissed, path+".id", "%q is reserved", ReasonMissed)
		v.check(!ids[r.ID], path+".id", "%q is used twice", r.ID)
		ids[r.ID] = true
		if r.Key != "" {
			v.check(isKey(r.Key), path+".key", "%q is not one key of 0-9", r.Key)
			v.check(!keys[r.Key], path+".key", "%q is used twice", r.Key)
			keys[r.Key] = true
		}
	}
}

func (v *validator) queue(path string, q Queue) {
	v.check(q.Strategy.Valid(), path+".strategy", "unknown strategy %q", q.Strategy)
	for _, d := range []struct {
		name string
		s    Seconds
		min  Seconds
	}{
		{"priority", q.Priority, 0},
		{"vip_bonus", q.VIPBonus, 0},
		{"tier_wait", q.TierWait, 0},
		{"prefer.wait", q.Prefer.Wait, 0},
		{"ring.timeout", q.Ring.Timeout, 1},
		{"ring.retry", q.Ring.Retry, 0.1},
		{"ring.reject_delay", q.Ring.RejectDelay, 0.1},
		{"ring.busy_delay", q.Ring.BusyDelay, 0.1},
		{"ring.progressive_delay", q.Ring.ProgressiveDelay, 1},
		{"ring.miss_reset", q.Ring.MissReset, 0},
		{"wrap_up", q.WrapUp, 0},
		{"wrap_up_max", q.WrapUpMax, 0},
		{"disposition_limit", q.DispositionBy, 1},
		{"handle_time", q.HandleTime, 1},
		{"announce.every", q.Announce.Every, 5},
		{"announce.wait_round", q.Announce.WaitRound, 1},
		{"announce.wait_above", q.Announce.WaitAbove, 0},
		{"announce.periodic_every", q.Announce.PeriodicEvery, 5},
		{"max_wait", q.MaxWait, 0},
		{"callback.wait", q.Callback.Wait, 0},
		{"callback.before_closing", q.Callback.BeforeClosing, 0},
		{"callback.ring", q.Callback.Ring, 5},
		{"callback.confirm", q.Callback.Confirm, 5},
		{"service_level.within", q.ServiceLevel.Within, 0},
		{"service_level.short_abandon", q.ServiceLevel.ShortAbandon, 0},
	} {
		v.check(d.s.valid() && d.s >= d.min, path+"."+d.name, "must be between %v and %v seconds", d.min, maxSeconds)
	}
	v.check(q.WrapUpMax >= q.WrapUp, path+".wrap_up_max", "is less than wrap_up")
	v.check(q.Disposition == DemandOff || q.Disposition == Required || q.Disposition == "", path+".disposition", "must be %q or %q", DemandOff, Required)
	v.check(q.Ring.MaxMisses >= 0, path+".ring.max_misses", "must not be negative")
	v.check(q.Prefer.LastAgentDays >= 0, path+".prefer.last_agent_days", "must not be negative")
	v.check(q.MaxLength >= 0, path+".max_length", "must not be negative")
	v.check(q.ServiceLevel.Percent >= 0 && q.ServiceLevel.Percent <= 100, path+".service_level.percent", "must be 0 to 100")
	v.check(q.Music != "", path+".music", "is missing")
	v.emptyRule(path+".join_empty", q.JoinEmpty)
	v.emptyRule(path+".leave_empty", q.LeaveEmpty)
	v.tiers(path, q)
	v.ladder(path, q)
	v.callback(path+".callback", q)
	for i, n := range q.Skills {
		v.check(n.Skill != "" && n.Level >= 0, fmt.Sprintf("%s.skills[%d]", path, i), "needs a skill and a level not below 0")
	}
	for i, id := range q.Announce.Periodic {
		v.check(id != "", fmt.Sprintf("%s.announce.periodic[%d]", path, i), "is empty")
	}
}

func (v *validator) emptyRule(path string, r EmptyRule) {
	v.check(r == NeverEmpty || r == EmptySignedOut || r == EmptyPaused, path, "unknown rule %q", r)
}

func (v *validator) callback(path string, q Queue) {
	r := q.Callback
	v.check(r.Key == "" || isKey(r.Key), path+".key", "%q is not one key of 0-9", r.Key)
	_, taken := q.ExitKeys[r.Key]
	v.check(r.Key == "" || !taken, path+".key", "%q is an exit key of the queue", r.Key)
	v.check(r.Position >= 0, path+".position", "must not be negative")
	v.check(r.Attempts >= 1 && r.Attempts <= 10, path+".attempts", "must be 1 to 10")
	v.check(r.Max >= 1, path+".max", "must be 1 or more")
	v.check(len(r.Spacing) > 0, path+".spacing", "is missing")
	for i, d := range r.Spacing {
		v.check(d.valid() && d >= 1, fmt.Sprintf("%s.spacing[%d]", path, i), "must be between 1 and %v seconds", maxSeconds)
	}
}

func (v *validator) tiers(path string, q Queue) {
	seen := map[string]bool{}
	for i, t := range q.Agents {
		at := fmt.Sprintf("%s.agents[%d]", path, i)
		v.check(v.agents[t.Agent], at+".agent", "there is no agent %q", t.Agent)
		v.check(!seen[t.Agent], at+".agent", "%q serves this queue twice", t.Agent)
		seen[t.Agent] = true
		v.check(t.Level >= 0 && t.Position >= 0, at, "level and position must not be negative")
		v.check(t.Weight >= 0 && t.Weight <= 1000, at+".weight", "must be 0 to 1000")
	}
}

func (v *validator) ladder(path string, q Queue) {
	for i, r := range q.Overflow {
		at := fmt.Sprintf("%s.overflow[%d]", path, i)
		v.check(r.After.valid() && r.After >= 1, at+".after", "must be between 1 and %v seconds", maxSeconds)
		v.check(i == 0 || r.After >= q.Overflow[i-1].After, at+".after", "is less than that of the rung before")
		v.check(r.When == "" || r.When == Always || r.When == NoAgents, at+".when", "unknown condition %q", r.When)
	}
	for _, k := range slices.Sorted(maps.Keys(q.ExitKeys)) {
		v.check(isKey(k) || k == "*" || k == "#", path+".exit_keys."+k, "is not one key of a telephone")
	}
	for _, ref := range q.targets(path) {
		kind, ok := call.ParseTargetKind(ref.Target.Kind)
		v.check(ok, ref.Path+".kind", "unknown kind %q", ref.Target.Kind)
		v.check(!ok || kind == call.TargetHangup || ref.Target.Name != "", ref.Path+".name", "is missing")
		if kind == call.TargetQueue {
			v.check(v.queues[ref.Target.Name], ref.Path+".name", "there is no queue %q", ref.Target.Name)
			v.check(ref.Target.Name != q.ID, ref.Path+".name", "leads back to the same queue")
		}
	}
}

// circles finds queues that, being full or empty, would pass a caller round and round without a moment's wait.
func (v *validator) circles() {
	next := map[string][]string{}
	for _, q := range v.settings.Queues {
		for _, t := range []*Target{q.FullTarget, q.EmptyTarget} {
			if t != nil && t.Kind == call.TargetQueue.String() {
				next[q.ID] = append(next[q.ID], t.Name)
			}
		}
	}
	for i, q := range v.settings.Queues {
		if way, ok := wayBack(next, q.ID, q.ID, nil); ok {
			v.check(false, fmt.Sprintf("queues[%d]", i), "full_target and empty_target lead in a circle: %s", strings.Join(way, ", "))
			return
		}
	}
}

func wayBack(next map[string][]string, from, to string, way []string) ([]string, bool) {
	for _, n := range next[from] {
		if n == to {
			return append(way, n), true
		}
		if slices.Contains(way, n) {
			continue
		}
		if w, ok := wayBack(next, n, to, append(slices.Clone(way), n)); ok {
			return w, true
		}
	}
	return nil, false
}

func isKey(s string) bool { return len(s) == 1 && s[0] >= '0' && s[0] <= '9' }
