package wrapup

import (
	"slices"
	"strings"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// Disposition is one answer to "what was the call about", or a group of them.
type Disposition struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// In is the group that it belongs to, which stands before it; empty: the first level.
	In string `json:"in,omitempty"`
	// Key is the digit that chooses it within its group, 1 to 9; empty: none does.
	Key string `json:"key,omitempty"`
	// Ticket is the type of ticket that it proposes; empty: none.
	Ticket string `json:"ticket,omitempty"`
}

// Tree is all dispositions, each group before what belongs to it.
type Tree []Disposition

// Find finds one by id.
func (t Tree) Find(id string) (Disposition, bool) {
	if i := slices.IndexFunc(t, func(d Disposition) bool { return d.ID == id }); i >= 0 {
		return t[i], true
	}
	return Disposition{}, false
}

// IsGroup reports whether others belong to one: then it is no answer by itself.
func (t Tree) IsGroup(id string) bool {
	return slices.ContainsFunc(t, func(d Disposition) bool { return d.In == id })
}

// Path is a disposition with the groups that it lies in, the outermost first.
func (t Tree) Path(id string) (path []Disposition) {
	for range t { // no path is longer
		d, ok := t.Find(id)
		if !ok {
			break
		}
		path = append(path, d)
		id = d.In
	}
	slices.Reverse(path)
	return path
}

// Keys are the digits that lead to a disposition; empty when a part of its way has none.
func (t Tree) Keys(id string) string {
	var keys strings.Builder
	for _, d := range t.Path(id) {
		if d.Key == "" {
			return ""
		}
		keys.WriteString(d.Key)
	}
	return keys.String()
}

// ByKeys follows digits from the first level down. It is a [fault.NotFound] when they lead nowhere, or no further than a group.
func (t Tree) ByKeys(keys string) (Disposition, error) {
	at := Disposition{}
	for _, k := range keys {
		i := slices.IndexFunc(t, func(d Disposition) bool { return d.In == at.ID && d.Key == string(k) })
		if i < 0 {
			return at, fault.New(fault.NotFound, "wrap_up.disposition_unknown", "find disposition by keys: %q leads nowhere", keys)
		}
		at = t[i]
	}
	if at.ID == "" || t.IsGroup(at.ID) {
		return at, fault.New(fault.NotFound, "wrap_up.disposition_unknown", "find disposition by keys: %q is a group", keys)
	}
	return at, nil
}

// Default is the tree of a dealership that has set none: what callers of a service hotline ask for, and how callbacks end.
func Default() Tree {
	return Tree{
		{ID: "appointment", Name: "预约", Key: "1"},
		{ID: "booked", Name: "预约成功", In: "appointment", Key: "1", Ticket: "appointment"},
		{ID: "rebooked", Name: "改期", In: "appointment", Key: "2", Ticket: "appointment"},
		{ID: "unbooked", Name: "取消", In: "appointment", Key: "3", Ticket: "appointment"},
		{ID: "inquiry", Name: "咨询", Key: "2"},
		{ID: "answered", Name: "咨询已答", In: "inquiry", Key: "1"},
		{ID: "to_knowledge", Name: "转知识库", In: "inquiry", Key: "2", Ticket: "inquiry"},
		{ID: "claim", Name: "理赔受理", Key: "3", Ticket: "claim"},
		{ID: "rescue", Name: "救援派工", Key: "4", Ticket: "rescue"},
		{ID: "complaint", Name: "投诉", Key: "5"},
		{ID: "complaint_filed", Name: "投诉立案", In: "complaint", Key: "1", Ticket: "complaint"},
		{ID: "complaint_settled", Name: "当场解决", In: "complaint", Key: "2", Ticket: "complaint"},
		{ID: "callback", Name: "回访", Key: "6"},
		{ID: "callback_satisfied", Name: "满意", In: "callback", Key: "1"},
		{ID: "callback_neutral", Name: "一般", In: "callback", Key: "2"},
		{ID: "callback_dissatisfied", Name: "不满意", In: "callback", Key: "3", Ticket: "complaint"},
		{ID: "callback_unreached", Name: "未接通", In: "callback", Key: "4"},
		{ID: "callback_refused", Name: "拒访", In: "callback", Key: "5"},
		{ID: "callback_wrong", Name: "空号错号", In: "callback", Key: "6"},
		{ID: "lead", Name: "销售线索", Key: "7", Ticket: "inquiry"},
		{ID: "nuisance", Name: "骚扰", Key: "8"},
	}
}

// Proposing is the tree in which only types of tickets are proposed that there are.
func (t Tree) Proposing(has func(typ string) bool) Tree {
	out := slices.Clone(t)
	for i := range out {
		if out[i].Ticket != "" && !has(out[i].Ticket) {
			out[i].Ticket = ""
		}
	}
	return out
}
