package ivr

import (
	"maps"
	"slices"
)

// Languages lists what the flow's language nodes change to, sorted.
func (f Flow) Languages() []string {
	seen := map[string]bool{}
	for _, n := range f.Nodes {
		if n.Kind == Language && n.Language != "" {
			seen[n.Language] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// SubFlows lists the flows that the flow runs, sorted.
func (f Flow) SubFlows() []string {
	seen := map[string]bool{}
	for _, n := range f.Nodes {
		if n.Kind == SubFlow {
			seen[n.Flow] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// spoken finds in which languages callers come to each node: those in which they enter, and after a language node its
// own. A node that nobody reaches is looked at as if it were an entry.
func (f Flow) spoken(k Known) map[string][]string {
	type stop struct{ node, language string }
	seen := map[stop]bool{}
	var todo []stop
	for _, language := range k.Enters {
		todo = append(todo, stop{f.Entry, language})
	}
	out := map[string][]string{}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		n, ok := f.Nodes[at.node]
		if !ok || seen[at] {
			continue
		}
		seen[at] = true
		out[at.node] = append(out[at.node], at.language)
		for _, e := range n.edges() {
			for _, language := range n.leaves(at.language, k) {
				todo = append(todo, stop{e.to, language})
			}
		}
	}
	for name := range f.Nodes {
		if out[name] == nil {
			out[name] = slices.Clone(k.Enters)
		}
		slices.Sort(out[name])
	}
	return out
}

// leaves lists the languages in which a caller leaves a node who came in one.
func (n Node) leaves(language string, k Known) []string {
	switch n.Kind {
	case Language:
		return []string{n.Language}
	case SubFlow:
		return append([]string{language}, k.Returns...)
	default:
		return []string{language}
	}
}

// checkRecordings checks that what a node says can be said in every language in which callers come there.
func (v *validator) checkRecordings(name string, n Node) {
	for _, id := range n.recordings() {
		for _, language := range v.spoken[name] {
			if !v.known.Prompt(language, id) {
				v.add(name, "say", "flow.missing_prompt", "there is no recording %q in %s", id, language)
			}
		}
	}
}
