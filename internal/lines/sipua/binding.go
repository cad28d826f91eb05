package sipua

import (
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"
)

// Binding is one phone registered under an extension.
type Binding struct {
	Extension  string         `json:"extension"`
	Contact    string         `json:"contact"`   // address the phone gave
	Source     netip.AddrPort `json:"source"`    // where its packets come from, and where calls to it go
	Transport  string         `json:"transport"` // "udp", "tcp", "tls"
	UserAgent  string         `json:"user_agent,omitempty"`
	CallID     string         `json:"call_id"`
	Seq        uint32         `json:"seq"`
	Registered time.Time      `json:"registered"`
	Expires    time.Time      `json:"expires"`
	Reachable  bool           `json:"reachable"`            // it answers OPTIONS
	RoundTrip  time.Duration  `json:"round_trip,omitempty"` // of the last OPTIONS
	missed     int            // OPTIONS without an answer, one after the other
	asked      time.Time      // last OPTIONS
}

// registrar holds the bindings. Safe from any goroutine; nothing in it waits.
type registrar struct {
	mu       sync.RWMutex
	bindings map[string][]Binding // by extension, oldest first
	sources  map[netip.AddrPort]int
}

func newRegistrar() *registrar {
	return &registrar{bindings: make(map[string][]Binding), sources: make(map[netip.AddrPort]int)}
}

// of returns the live bindings of an extension.
func (r *registrar) of(number string, now time.Time) []Binding {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var out []Binding
	for _, b := range r.bindings[number] {
		if now.Before(b.Expires) {
			out = append(out, b)
		}
	}
	return out
}

func (r *registrar) all() []Binding {
	r.mu.RLock()
	defer r.mu.RUnlock()
	out := []Binding{}
	for _, list := range r.bindings {
		out = append(out, list...)
	}
	slices.SortFunc(out, func(a, b Binding) int {
		if c := strings.Compare(a.Extension, b.Extension); c != 0 {
			return c
		}
		return a.Registered.Compare(b.Registered)
	})
	return out
}

func (r *registrar) knows(src netip.AddrPort) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.sources[src] > 0
}

// at reports whether an extension is registered from an address.
func (r *registrar) at(number string, ip netip.Addr) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.ContainsFunc(r.bindings[number], func(b Binding) bool { return b.Source.Addr() == ip })
}

// set replaces an extension's list under the lock and keeps the index of sources.
func (r *registrar) set(number string, list []Binding) {
	for _, b := range r.bindings[number] {
		if r.sources[b.Source]--; r.sources[b.Source] <= 0 {
			delete(r.sources, b.Source)
		}
	}
	for _, b := range list {
		r.sources[b.Source]++
	}
	if len(list) == 0 {
		delete(r.bindings, number)
		return
	}
	r.bindings[number] = list
}

// put adds or refreshes bindings and removes those with an expiry in the past. It reports false, and changes
// nothing, when a request with a higher CSeq in the same series was seen before (RFC 3261 §10.3, step 7).
// Past most, the oldest go: a phone that was restarted must not lock itself out with its own old address.
func (r *registrar) put(number string, changes []Binding, most int, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := slices.Clone(r.bindings[number])
	for _, c := range changes {
		i := slices.IndexFunc(list, func(b Binding) bool { return b.Contact == c.Contact })
		if i >= 0 {
			if list[i].CallID == c.CallID && c.Seq <= list[i].Seq {
				return false
			}
			list = slices.Delete(list, i, i+1)
		}
		if c.Expires.After(now) {
			list = append(list, c)
		}
	}
	if len(list) > most {
		list = list[len(list)-most:]
	}
	r.set(number, list)
	return true
}

// clear removes all bindings of an extension.
func (r *registrar) clear(number string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.set(number, nil)
}

// expire removes what has run out and reports whether anything has.
func (r *registrar) expire(now time.Time) bool {
	return r.filter(func(b Binding) bool { return now.Before(b.Expires) })
}

// retain removes the bindings of extensions that are no more.
func (r *registrar) retain(keep func(number string) bool) bool {
	return r.filter(func(b Binding) bool { return keep(b.Extension) })
}

func (r *registrar) filter(keep func(Binding) bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	changed := false
	for number, list := range r.bindings {
		left := slices.DeleteFunc(slices.Clone(list), func(b Binding) bool { return !keep(b) })
		if len(left) != len(list) {
			r.set(number, left)
			changed = true
		}
	}
	return changed
}

// update changes one binding in place, if it is still there.
func (r *registrar) update(number, contact string, change func(*Binding)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.bindings[number] {
		if b := &r.bindings[number][i]; b.Contact == contact {
			change(b)
			return
		}
	}
}

// due returns the bindings whose keep-alive is due and marks them as asked.
func (r *registrar) due(now time.Time, every time.Duration, most int) []Binding {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []Binding
	for _, list := range r.bindings {
		for i := range list {
			if len(out) < most && now.Sub(list[i].asked) >= every && now.Before(list[i].Expires) {
				list[i].asked = now
				out = append(out, list[i])
			}
		}
	}
	return out
}
