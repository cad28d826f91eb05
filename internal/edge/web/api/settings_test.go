package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/calls/ivr"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

type item = api.Item[map[string]any]

func TestAQueueIsMadeChangedAndRemoved(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	var made item
	created := admin.do("POST", "/v1/settings/queues", map[string]any{"id": "q_tyres", "name": "轮胎", "strategy": "longest_idle"})
	created.into(t, &made)
	if created.Header.Get("ETag") != made.ETag || made.Value["wrap_up"] == nil {
		t.Errorf("%+v: the defaults are not filled in", made)
	}
	admin.do("POST", "/v1/settings/queues", map[string]any{"id": "q_tyres", "name": "x", "strategy": "longest_idle"}).want(t, 409, "settings.taken")
	made.Value["name"] = "轮胎服务"
	admin.do("PUT", "/v1/settings/queues/q_tyres", made.Value).want(t, 428, "request.match_missing")
	admin.do("PUT", "/v1/settings/queues/q_tyres", made.Value, "If-Match", "7").want(t, 400, "request.match_unreadable")
	var changed item
	admin.do("PUT", "/v1/settings/queues/q_tyres", made.Value, "If-Match", made.ETag).into(t, &changed)
	if changed.Value["name"] != "轮胎服务" || changed.ETag == made.ETag {
		t.Errorf("%+v", changed)
	}
	admin.do("PUT", "/v1/settings/queues/q_tyres", made.Value, "If-Match", made.ETag).want(t, 412, "request.stale")
	made.Value["strategy"] = "loudest"
	p := admin.do("PUT", "/v1/settings/queues/q_tyres", made.Value, "If-Match", changed.ETag).want(t, 422, "request.invalid")
	if len(p.Errors) != 1 || p.Errors[0].Location != "body.strategy" {
		t.Errorf("%+v", p.Errors)
	}
	made.Value["strategy"], made.Value["colour"] = "longest_idle", "red"
	p = admin.do("PUT", "/v1/settings/queues/q_tyres", made.Value, "If-Match", changed.ETag).want(t, 422, "request.invalid")
	if len(p.Errors) != 1 || p.Errors[0].Location != "body.colour" {
		t.Errorf("%+v", p.Errors)
	}
	made.Value["name"] = 7
	p = admin.do("PUT", "/v1/settings/queues/q_tyres", made.Value, "If-Match", changed.ETag).want(t, 422, "request.invalid")
	if len(p.Errors) != 1 || p.Errors[0].Location != "body.name" || p.Errors[0].Code != "request.wrong_type" {
		t.Errorf("%+v", p.Errors)
	}
	admin.do("DELETE", "/v1/settings/queues/q_tyres", nil, "If-Match", changed.ETag).want(t, 204, "")
	admin.do("GET", "/v1/settings/queues/q_tyres", nil).want(t, 404, "settings.not_found")
}

func TestWhatOthersNeedIsNotRemoved(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	var e item
	admin.do("GET", "/v1/settings/extensions/8001", nil).into(t, &e)
	p := admin.do("DELETE", "/v1/settings/extensions/8001", nil, "If-Match", e.ETag).want(t, 422, "settings.invalid_elsewhere")
	if len(p.Errors) == 0 || !strings.HasPrefix(p.Errors[0].Location, "settings.agents[0]") {
		t.Errorf("%+v", p.Errors)
	}
}

func TestPasswordsOfPhonesAreShownOnlyToWhoMaySeeThem(t *testing.T) {
	b := serve(t)
	admin, chief := b.admin(t), b.as(t, account.Supervisor)
	var mine, theirs item
	admin.do("GET", "/v1/settings/extensions/8001", nil).into(t, &mine)
	chief.do("GET", "/v1/settings/extensions/8001", nil).into(t, &theirs)
	password, _ := mine.Value["password"].(string)
	if password == "" || theirs.Value["password"] != "" || mine.ETag != theirs.ETag {
		t.Errorf("%v and %v", mine, theirs)
	}
	for _, path := range []string{"/v1/settings", "/v1/settings/versions/1", "/v1/settings/extensions"} {
		if a := chief.do("GET", path, nil); a.Status != 200 || strings.Contains(string(a.Body), password) {
			t.Errorf("%s: status %d, or a password in it", path, a.Status)
		}
	}
	mine.Value["password"], mine.Value["name"] = "", "前台"
	admin.do("PUT", "/v1/settings/extensions/8001", mine.Value, "If-Match", mine.ETag).into(t, &mine)
	if mine.Value["password"] != password || mine.Value["name"] != "前台" {
		t.Errorf("an empty password did not stay: %v", mine)
	}
	var fresh item
	admin.do("POST", "/v1/settings/extensions", map[string]string{"number": "8009"}).into(t, &fresh)
	if s, _ := fresh.Value["password"].(string); len(s) < 16 {
		t.Errorf("no password was made: %v", fresh)
	}
}

func TestRulesAreNamedByTheirPlace(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	hangUp := map[string]any{"kind": "hangup"}
	for _, number := range []string{"1", "2", "3"} {
		admin.do("POST", "/v1/settings/inbound-rules", map[string]any{"number": number, "target": hangUp}).want(t, 201, "")
	}
	all := admin.do("GET", "/v1/settings/inbound-rules", nil)
	var page api.Page[item]
	all.into(t, &page)
	n := len(page.Items)
	last := page.Items[n-1]
	admin.do("DELETE", "/v1/settings/inbound-rules/"+page.Items[n-3].ID, nil, "If-Match", last.ETag).want(t, 412, "request.stale")
	rules := []any{last.Value}
	for _, i := range page.Items[:n-1] {
		rules = append(rules, i.Value)
	}
	admin.do("PUT", "/v1/settings/inbound-rules", map[string]any{}, "If-Match", all.Header.Get("ETag")).want(t, 422, "request.invalid")
	admin.do("PUT", "/v1/settings/inbound-rules", map[string]any{"items": rules}, "If-Match", all.Header.Get("ETag")).into(t, &page)
	if len(page.Items) != n || page.Items[0].Value["number"] != "3" || page.Items[0].ID != "0" {
		t.Errorf("%+v", page)
	}
}

func TestPagesOfAList(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	seen := map[string]bool{}
	cursor := ""
	for range 10 {
		var page api.Page[item]
		admin.do("GET", "/v1/settings/agents?limit=3&cursor="+cursor, nil).into(t, &page)
		for _, i := range page.Items {
			seen[i.ID] = true
		}
		if cursor = page.NextCursor; cursor == "" {
			break
		}
	}
	if len(seen) != len(b.settings.Current().Agents) {
		t.Errorf("saw %v", seen)
	}
}

func TestThePartsThatAreNoLists(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	for _, part := range []string{
		"dealership", "calls", "recording", "prompt-numbers", "analog-priority", "site", "conference-ad-hoc", "voicemail-keep-days", "voicemail-max-mb",
		"survey-rule", "outreach-plans-off",
	} {
		got := admin.do("GET", "/v1/settings/"+part, nil)
		got.want(t, 200, "")
		admin.do("PUT", "/v1/settings/"+part, string(got.Body), "If-Match", got.Header.Get("ETag")).want(t, 200, "")
	}
	calls := admin.do("GET", "/v1/settings/calls", nil)
	p := admin.do("PUT", "/v1/settings/calls", map[string]any{"ring": 1}, "If-Match", calls.Header.Get("ETag")).want(t, 422, "request.invalid")
	if len(p.Errors) != 1 || p.Errors[0].Location != "body.ring" {
		t.Errorf("%+v", p.Errors)
	}
}

// Lists of parts that may be absent begin, change and end like all others.
func TestListsOfPartsThatMayBeAbsent(t *testing.T) {
	admin := serve(t).admin(t)
	for url, value := range map[string]map[string]any{
		"conference-rooms": {"number": "7001", "name": "晨会", "announce": "tone"},
		"outbound-classes": {"class": "mobile", "max_calls": 3},
		"phone-bars":       {"extensions": []string{"8001"}, "deny": []string{"international"}},
	} {
		var made item
		admin.do("POST", "/v1/settings/"+url, value).want(t, 201, "")
		var page api.Page[item]
		admin.do("GET", "/v1/settings/"+url, nil).into(t, &page)
		if len(page.Items) != 1 {
			t.Errorf("%s: %+v", url, page)
			continue
		}
		made = page.Items[0]
		admin.do("PUT", "/v1/settings/"+url+"/"+made.ID, made.Value, "If-Match", made.ETag).want(t, 200, "")
		admin.do("DELETE", "/v1/settings/"+url+"/"+made.ID, nil, "If-Match", made.ETag).want(t, 204, "")
	}
}

// While callbacks by plan are switched off the plans stay in sight, to be changed.
func TestPlansStayInSightWhileTheyAreOff(t *testing.T) {
	admin := serve(t).admin(t)
	off := admin.do("GET", "/v1/settings/outreach-plans-off", nil)
	admin.do("PUT", "/v1/settings/outreach-plans-off", "true", "If-Match", off.Header.Get("ETag")).want(t, 200, "")
	var page api.Page[item]
	admin.do("GET", "/v1/settings/outreach-plans", nil).into(t, &page)
	if len(page.Items) == 0 {
		t.Fatal("no plans are shown")
	}
	first := page.Items[0]
	first.Value["name"] = "三天回访"
	admin.do("PUT", "/v1/settings/outreach-plans/"+first.ID, first.Value, "If-Match", first.ETag).want(t, 200, "")
}

func TestTheWholeDocumentAndItsHistory(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	installer := b.as(t, account.Installer)
	whole := admin.do("GET", "/v1/settings", nil)
	var d settings.Document
	whole.into(t, &d)
	password := d.Extensions[0].Password
	d.Dealership.Name, d.Extensions[0].Password = "第二家店", ""
	admin.do("PUT", "/v1/settings", d).want(t, 428, "request.match_missing")
	var v api.SettingsVersion
	installer.do("PUT", "/v1/settings", d, "If-Match", whole.Header.Get("ETag")).into(t, &v)
	now := b.settings.Current()
	if now.Dealership.Name != "第二家店" || now.Extensions[0].Password != password || v.By != "installer.one" || !v.Current {
		t.Errorf("%+v", v)
	}
	admin.do("PUT", "/v1/settings", d, "If-Match", whole.Header.Get("ETag")).want(t, 412, "request.stale")
	d.Dealership.Zone = "Mars"
	p := admin.do("PUT", "/v1/settings", d, "If-Match", api.ETag(v.Version)).want(t, 422, "settings.invalid")
	if len(p.Errors) == 0 || p.Errors[0].Location != "body.dealership.zone" {
		t.Errorf("%+v", p.Errors)
	}
	var list api.Page[api.SettingsVersion]
	admin.do("GET", "/v1/settings/versions?limit=1", nil).into(t, &list)
	if len(list.Items) != 1 || list.Items[0].Version != 2 || list.NextCursor == "" {
		t.Errorf("%+v", list)
	}
	admin.do("GET", "/v1/settings/versions?limit=1&cursor="+list.NextCursor, nil).into(t, &list)
	if len(list.Items) != 1 || list.Items[0].Version != 1 {
		t.Errorf("%+v", list)
	}
	admin.do("POST", "/v1/settings/undo", nil).into(t, &v)
	if b.settings.Current().Dealership.Name == "第二家店" || v.Version != 3 {
		t.Errorf("%+v", v)
	}
	admin.do("GET", "/v1/settings/versions/99", nil).want(t, 404, "settings.no_version")
	var log api.Page[api.AuditEntry]
	admin.do("GET", "/v1/audit?subject=settings", nil).into(t, &log)
	if len(log.Items) != 3 || log.Items[0].ID != "undo" || log.Items[1].Action != "import-settings" || log.Items[1].Detail["version"] != "2" || log.Items[2].ID != "setup" {
		t.Errorf("%+v", log)
	}
	for _, e := range log.Items[:2] {
		if e.Who == "" || e.Via != "console" || e.Address == "" {
			t.Errorf("the change is by %+v", e)
		}
	}
}

func TestAMenuIsDraftedCheckedPublishedAndRolledBack(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	var info api.FlowInfo
	admin.do("POST", "/v1/settings/flows", map[string]string{"id": "night", "title": "夜间"}).into(t, &info)
	admin.do("GET", "/v1/settings/flows/night/draft/check", nil).want(t, 409, "flow.no_draft")
	bad := `{"entry":"a","nodes":{"a":{"kind":"play","say":["welcome"],"next":"b"}}}`
	admin.do("PUT", "/v1/settings/flows/night/draft", bad, "If-Match", info.ETag).into(t, &info)
	var check api.FlowCheck
	admin.do("GET", "/v1/settings/flows/night/draft/check", nil).into(t, &check)
	if check.OK || len(check.Problems) == 0 {
		t.Errorf("%+v", check)
	}
	admin.do("POST", "/v1/settings/flows/night/publish", map[string]string{}).want(t, 422, "settings.invalid")
	good := `{"entry":"a","nodes":{"a":{"kind":"play","say":["welcome",{"number":"7"}],"next":"b"},"b":{"kind":"hangup"}}}`
	admin.do("PUT", "/v1/settings/flows/night/draft", good, "If-Match", info.ETag).into(t, &info)
	admin.do("GET", "/v1/settings/flows/night/draft/check", nil).into(t, &check)
	if !check.OK {
		t.Fatalf("%+v", check)
	}
	for range 2 {
		admin.do("POST", "/v1/settings/flows/night/publish", map[string]string{"note": "first"}).into(t, &info)
		admin.do("PUT", "/v1/settings/flows/night/draft", good, "If-Match", info.ETag).into(t, &info)
	}
	if info.Published != 2 || len(info.Versions) != 2 || info.Versions[0].By != "admin" || !info.Draft {
		t.Errorf("%+v", info)
	}
	admin.do("POST", "/v1/settings/flows/night/roll-back", map[string]int{"version": 1}).into(t, &info)
	admin.do("DELETE", "/v1/settings/flows/night/draft", nil, "If-Match", info.ETag).into(t, &info)
	if info.Published != 1 || info.Draft {
		t.Errorf("%+v", info)
	}
	var shelf ivr.Shelf
	admin.do("GET", "/v1/settings/flows/night", nil).into(t, &shelf)
	if say := shelf.Versions[1].Flow.Nodes["a"].Say; len(say) != 2 || say[1].Number != "7" {
		t.Errorf("%+v", say)
	}
	admin.do("PUT", "/v1/settings/flows/night", map[string]string{"title": "晚上"}, "If-Match", info.ETag).into(t, &info)
	admin.do("DELETE", "/v1/settings/flows/night", nil, "If-Match", info.ETag).want(t, 204, "")
	admin.do("GET", "/v1/settings/flows/night", nil).want(t, 404, "flow.not_found")
}

func TestPromptsAreUploadedHeardAndRemoved(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	admin.do("PUT", "/v1/prompts/zh-CN/mine", "RIFF....WAVE", "Content-Type", "audio/wav").want(t, 204, "")
	if a := admin.do("GET", "/v1/prompts/zh-CN/mine", nil); string(a.Body) != "RIFF....WAVE" || a.Header.Get("Content-Type") != "audio/wav" {
		t.Errorf("%s %v", a.Body, a.Header)
	}
	var list api.Page[api.Prompt]
	admin.do("GET", "/v1/prompts?limit=1", nil).into(t, &list)
	if len(list.Items) != 1 || list.NextCursor == "" {
		t.Errorf("%+v", list)
	}
	admin.do("DELETE", "/v1/prompts/zh-CN/mine", nil).want(t, 204, "")
	admin.do("GET", "/v1/prompts/zh-CN/mine", nil).want(t, 404, "prompt.not_found")
	var log api.Page[api.AuditEntry]
	admin.do("GET", "/v1/audit?subject=prompt", nil).into(t, &log)
	if len(log.Items) != 2 || log.Items[0].Detail["what"] != "deleted" {
		t.Errorf("%+v", log)
	}
}

// Two people who change the same thing, or different things, at once: nothing is lost.
func TestTwoEditors(t *testing.T) {
	b := serve(t)
	admin, installer := b.admin(t), b.as(t, account.Installer)
	var mine, theirs item
	admin.do("GET", "/v1/settings/agents/1001", nil).into(t, &mine)
	installer.do("GET", "/v1/settings/agents/1002", nil).into(t, &theirs)
	mine.Value["name"], theirs.Value["name"] = "甲", "乙"
	admin.do("PUT", "/v1/settings/agents/1001", mine.Value, "If-Match", mine.ETag).want(t, 200, "")
	installer.do("PUT", "/v1/settings/agents/1002", theirs.Value, "If-Match", theirs.ETag).want(t, 200, "")
	installer.do("PUT", "/v1/settings/agents/1001", mine.Value, "If-Match", mine.ETag).want(t, 412, "request.stale")
	data, err := json.Marshal(b.settings.Current().Agents[:2])
	if err != nil || !strings.Contains(string(data), "甲") || !strings.Contains(string(data), "乙") {
		t.Errorf("%s %v", data, err)
	}
}

func TestListsThatShipAreWrittenDownWithTheFirstChange(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	var types, answers api.Page[item]
	admin.do("GET", "/v1/settings/ticket-types", nil).into(t, &types)
	admin.do("GET", "/v1/settings/dispositions", nil).into(t, &answers)
	if len(types.Items) != 6 || len(answers.Items) != 21 || b.settings.Current().Tickets.Types != nil {
		t.Fatalf("%d types, %d dispositions", len(types.Items), len(answers.Items))
	}
	first := types.Items[0]
	first.Value["name"] = "救援"
	admin.do("PUT", "/v1/settings/ticket-types/"+first.ID, first.Value, "If-Match", first.ETag).into(t, &first)
	if own := b.settings.Current().Tickets.Types; first.Value["name"] != "救援" || len(own) != 6 || own[0].Name != "救援" || own[1].ID != "complaint" {
		t.Errorf("%+v", own)
	}
	admin.do("POST", "/v1/settings/dispositions", map[string]string{"id": "other", "name": "其他", "key": "9"}).want(t, 201, "")
	admin.do("POST", "/v1/settings/dispositions", map[string]string{"id": "twice", "name": "其他", "key": "9"}).want(t, 422, "request.invalid")
	if own := b.settings.Current().Tickets.Dispositions; len(own) != 22 || own[21].ID != "other" {
		t.Errorf("%d dispositions", len(own))
	}
	var gone item
	admin.do("GET", "/v1/settings/dispositions/appointment", nil).into(t, &gone)
	admin.do("DELETE", "/v1/settings/dispositions/appointment", nil, "If-Match", gone.ETag).want(t, 422, "settings.invalid_elsewhere") // others belong to it
	admin.do("POST", "/v1/settings/roster-people", map[string]any{"id": "feng", "name": "冯", "role": "technician", "phone": "13800138009"}).want(t, 201, "")
	admin.do("POST", "/v1/settings/roster-duties", map[string]any{"id": "night", "name": "夜班", "shifts": []any{map[string]any{
		"days": []string{"mon"}, "from": "20:00", "to": "08:00", "people": []string{"feng"},
	}}}).want(t, 201, "")
	admin.do("POST", "/v1/settings/holiday-years", map[string]any{"year": 2027, "holidays": []any{map[string]string{"date": "2027-01-01", "name": "元旦"}}}).want(t, 201, "")
	admin.do("POST", "/v1/settings/holiday-years", map[string]any{"year": 2027, "holidays": []any{}}).want(t, 409, "settings.taken")
	plan := admin.do("GET", "/v1/settings/contact-plan", nil)
	admin.do("PUT", "/v1/settings/contact-plan", map[string]any{"attempts": 2, "parts": []any{map[string]string{"from": "09:00", "to": "12:00"}}}, "If-Match", plan.Header.Get("ETag")).want(t, 200, "")
	if d := b.settings.Current(); d.ContactPlan().Attempts != 2 || len(d.Roster.People) != 1 || len(d.HolidayYears) != 1 || len(d.Tickets.Types) != 6 {
		t.Errorf("%+v", d.Tickets.Contact)
	}
}

func TestHolidaysAreTakenIn(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	year := map[string]any{"year": 2027, "holidays": []any{map[string]string{"date": "2027-01-01", "name": "元旦"}}, "swaps": []any{}}
	var in api.TakenIn
	const at = "/v1/settings/holiday-years/import"
	admin.do("POST", at, year).into(t, &in)
	first := in.Version
	if first != b.settings.Version() || len(b.settings.Current().HolidayYears) != 1 {
		t.Errorf("version %d, %+v", first, b.settings.Current().HolidayYears)
	}
	admin.do("POST", at, year).into(t, &in)
	if in.Version != first {
		t.Errorf("the same once more is version %d", in.Version)
	}
	year["holidays"] = []any{map[string]string{"date": "2027-01-02"}}
	admin.do("POST", at, year).into(t, &in)
	if own := b.settings.Current().HolidayYears; in.Version != first+1 || len(own) != 1 || own[0].Holidays[0].Date != "2027-01-02" {
		t.Errorf("%d %+v", in.Version, own)
	}
	year["holidays"] = []any{map[string]string{"date": "2026-01-02"}}
	admin.do("POST", at, year).want(t, 422, "request.invalid")
	b.as(t, account.Agent).do("POST", at, year).want(t, 403, "request.denied")
}
