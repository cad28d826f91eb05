package sipua

import (
	"net/netip"
	"strings"
)

// table is the settings in force, made for look-ups. It does not change; Apply replaces it.
type table struct {
	extensions map[string]Extension
	trunks     []Trunk
	sources    map[string][]source // by trunk
}

func newTable(set Settings) *table {
	t := &table{
		extensions: make(map[string]Extension, len(set.Extensions)), trunks: set.Trunks,
		sources: make(map[string][]source, len(set.Trunks)),
	}
	for _, e := range set.Extensions {
		t.extensions[e.Number] = e
	}
	for _, k := range set.Trunks {
		for _, v := range k.Sources {
			if src, err := parseSource(v); err == nil {
				t.sources[k.Name] = append(t.sources[k.Name], src)
			}
		}
	}
	return t
}

func (t *table) trunk(name string) (Trunk, bool) {
	for _, k := range t.trunks {
		if k.Name == name {
			return k, true
		}
	}
	return Trunk{}, false
}

// Apply puts new settings into force while calls go on: existing calls keep theirs. The whole is validated
// first; an error names the field, and nothing has changed.
func (s *Server) Apply(set Settings) error {
	if err := set.Validate(); err != nil {
		return err
	}
	tab := newTable(set)
	s.mu.Lock()
	s.settings.Store(tab)
	for name, t := range s.trunks {
		if now, ok := tab.trunk(name); !ok || !t.same(now) {
			t.stop()
			delete(s.trunks, name)
		}
	}
	for _, k := range tab.trunks {
		if s.trunks[k.Name] == nil {
			t := newTrunk(s, k)
			s.trunks[k.Name] = t
			s.start(t)
		}
	}
	s.mu.Unlock()
	if s.registrar.retain(func(number string) bool { _, ok := tab.extensions[number]; return ok }) {
		s.changed()
	}
	s.watchers.box.Put(applied{})
	return nil
}

// trunkAt returns the trunk that a source belongs to. Exact asks for one whose address and port were named.
func (s *Server) trunkAt(src netip.AddrPort, exact bool) (Trunk, bool) {
	tab := s.settings.Load()
	for _, k := range tab.trunks {
		for _, v := range tab.sources[k.Name] {
			if v.net.Contains(src.Addr()) && (v.port == src.Port() || (v.port == 0 && !exact)) {
				return k, true
			}
		}
		peer := s.peerOf(k.Name)
		if peer == src || (!exact && len(k.Sources) == 0 && peer.IsValid() && peer.Addr() == src.Addr()) {
			return k, true
		}
	}
	return Trunk{}, false
}

// peerOf returns the resolved address of a trunk.
func (s *Server) peerOf(name string) netip.AddrPort {
	s.mu.Lock()
	t := s.trunks[name]
	s.mu.Unlock()
	if t == nil {
		return netip.AddrPort{}
	}
	return t.peer()
}

// knownSource reports whether an address is a registered phone's or a trunk's.
func (s *Server) knownSource(src netip.AddrPort) bool {
	if s.registrar.knows(src) {
		return true
	}
	_, ok := s.trunkAt(src, false)
	return ok
}

// ours reports whether a host in an address means this box.
func (s *Server) ours(host string) bool {
	host = strings.Trim(host, "[]")
	if strings.EqualFold(host, s.cfg.Realm) {
		return true
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	if ip == s.cfg.ExternalIP {
		return true
	}
	for _, k := range s.sockets {
		if k.addr.Addr() == ip {
			return true
		}
	}
	found := false
	s.routes.Range(func(_, v any) bool {
		found = v == ip
		return !found
	})
	return found
}
