package api_test

import (
	"testing"

	"github.com/dealerline/dealerline/internal/calls/ivr"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

// A draft is rehearsed and checked node by node before anybody calls.
func TestAMenuIsRehearsed(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	var info api.FlowInfo
	admin.do("POST", "/v1/settings/flows", map[string]string{"id": "trial", "title": "试验"}).into(t, &info)
	draft := map[string]any{"entry": "hello", "nodes": map[string]any{
		"hello": map[string]any{"kind": "menu", "keys": map[string]string{"1": "bye"}, "timeout": "bye"},
		"bye":   map[string]any{"kind": "hangup"}, "lost": map[string]any{"kind": "hangup"},
	}}
	admin.do("PUT", "/v1/settings/flows/trial/draft", draft, "If-Match", info.ETag).into(t, &info)
	var check api.FlowCheck
	admin.do("GET", "/v1/settings/flows/trial/draft/check", nil).into(t, &check)
	found := map[string]bool{}
	for _, p := range check.Problems {
		found[p.Node+" "+p.Key] = true
	}
	if check.OK || !found["lost flow.unreachable"] {
		t.Errorf("%+v", check)
	}
	var course ivr.Course
	admin.do("POST", "/v1/settings/flows/trial/rehearse", map[string]any{"acts": []string{"1"}}).into(t, &course)
	if len(course.Scenes) != 2 || course.Scenes[1].Node != "trial/bye" || course.Scenes[1].Key != "1" || course.Goes != "hangup" {
		t.Errorf("%+v", course)
	}
	admin.do("POST", "/v1/settings/flows/trial/rehearse", map[string]any{"acts": []string{}, "version": 3}).want(t, 404, "flow.no_version")
	admin.do("POST", "/v1/settings/flows/nothing/rehearse", map[string]any{"acts": []string{}}).want(t, 404, "flow.not_found")
}
