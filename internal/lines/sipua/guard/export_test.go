package guard

// Tracked is the number of sources and users remembered.
func Tracked(g *Guard) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.tracks)
}
