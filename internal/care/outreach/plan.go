package outreach

import (
	"slices"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
)

// AfterDissatisfied has a plan follow the answers of a dissatisfied customer; all else that plans follow are kinds of visits.
const AfterDissatisfied = "dissatisfied"

// Settings are what of the settings outreach follows.
type Settings struct {
	// Scripts are what agents ask; none: those that ship with the program.
	Scripts []Script `json:"scripts,omitempty" nullable:"false"`
	// Plans are the callbacks after visits; none: those that ship with the program, unless PlansOff.
	Plans []Plan `json:"plans,omitempty" nullable:"false"`
	// PlansOff: no customer is called back by plan.
	PlansOff bool `json:"plans_off,omitempty"`
	// Survey says what the answers that the box takes after a call come to.
	Survey SurveyRule `json:"survey,omitzero"`
}

// Plan is a callback so many days after something.
type Plan struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	After []string `json:"after" nullable:"false"` // kinds of visits, or "dissatisfied"
	Days  int      `json:"days"`
	// Script is what is asked; empty: nothing.
	Script     string `json:"script,omitempty"`
	Department string `json:"department,omitempty"` // who calls; empty: everybody
	// Way is how the customer is asked: by an agent (empty), by the box's "call", by "sms".
	Way Way `json:"way,omitempty" enum:"call,sms"`
	// Within is how many days after that it is still worth calling; 0: seven.
	Within int `json:"within_days,omitempty"`
}

// usualWithin is within how many days a plan's customer is called when the plan does not say.
const usualWithin = 7

// window is when a plan's customer is called after a moment: from the beginning of the day on.
func (p *Plan) window(at time.Time, zone *time.Location) (from, until time.Time) {
	y, m, d := at.In(zone).Date()
	within := p.Within
	if within == 0 {
		within = usualWithin
	}
	return time.Date(y, m, d+p.Days, 0, 0, 0, 0, zone).UTC(), time.Date(y, m, d+p.Days+within, 0, 0, 0, 0, zone).UTC()
}

// SurveyRule is what the answers after a call come to. The box asks them by a menu that sets "survey" to a score.
type SurveyRule struct {
	// Top is the best score; 0: 5.
	Top int `json:"top,omitempty"`
	// Bad is the best score that still opens a ticket; 0: 2; below 0: none does.
	Bad int `json:"bad,omitempty"`
	// Ticket is the type of the ticket; empty: complaint.
	Ticket string `json:"ticket,omitempty"`
	// Flow is the menu to which customers are led whom the box calls; empty: the one question that ships with the program.
	Flow string `json:"flow,omitempty"`
	// Calls is how many customers the box calls at once; 0: 2.
	Calls int `json:"calls,omitempty"`
}

// Bounds of how many customers the box calls at once.
const (
	usualCalls     = 2
	maxCallsAtOnce = 20
)

// AtOnce is how many customers the box calls at once.
func (r SurveyRule) AtOnce() int {
	if r.Calls <= 0 {
		return usualCalls
	}
	return min(r.Calls, maxCallsAtOnce)
}

// Best is the best score.
func (r SurveyRule) Best() int { return r.top() }

func (r SurveyRule) top() int {
	if r.Top == 0 {
		return 5
	}
	return r.Top
}

func (r SurveyRule) bad(score int) bool {
	if r.Bad == 0 {
		return score <= 2
	}
	return score <= r.Bad
}

// Type is the type of the ticket that a bad answer opens.
func (r SurveyRule) Type() string {
	if r.Ticket == "" {
		return "complaint"
	}
	return r.Ticket
}

// InForce are the settings with what ships with the program where they say nothing.
func (s Settings) InForce() Settings {
	if len(s.Scripts) == 0 {
		s.Scripts = DefaultScripts()
	}
	switch {
	case s.PlansOff:
		s.Plans = nil
	case len(s.Plans) == 0:
		s.Plans = DefaultPlans()
	}
	return s
}

// Script finds a script.
func (s *Settings) Script(id string) *Script {
	for i := range s.Scripts {
		if s.Scripts[i].ID == id {
			return &s.Scripts[i]
		}
	}
	return nil
}

const (
	maxPlans = 50
	maxDays  = 1000
	// maxPlanID leaves room for a visit's id in one key of an index.
	maxPlanID = 20
)

// Check returns what is wrong with the settings. kinds are those of visits; hasType reports whether there is a type of tickets.
func (s Settings) Check(kinds []string, hasType func(id string) bool) (wrong fault.Fields) {
	if len(s.Scripts) > maxScripts {
		wrong.Add("scripts", "outreach.too_many", "%d, at most %d", len(s.Scripts), maxScripts)
		return wrong
	}
	seen := map[string]bool{}
	for i := range s.Scripts {
		path := books.Indexed("scripts", i)
		if seen[s.Scripts[i].ID] {
			wrong.Add(path+".id", "outreach.script_id", "%q is there twice", s.Scripts[i].ID)
		}
		seen[s.Scripts[i].ID] = true
		wrong.Under(path, s.Scripts[i].Validate(hasType))
	}
	wrong = append(wrong, s.checkPlans(kinds)...)
	if r := s.Survey; r.Top != 0 && (r.Top < 2 || r.Top > 9) {
		wrong.Add("survey.top", "outreach.question_top", "%d is not within 2 and 9", r.Top)
	}
	if n := s.Survey.Calls; n < 0 || n > maxCallsAtOnce {
		wrong.Add("survey.calls", "outreach.survey_calls", "%d is not within 0 and %d", n, maxCallsAtOnce)
	}
	if s.Survey.Ticket != "" && !hasType(s.Survey.Ticket) {
		wrong.Add("survey.ticket", "ticket.type_unknown", "there is no type of tickets %q", s.Survey.Ticket)
	}
	return wrong
}

func (s Settings) checkPlans(kinds []string) (wrong fault.Fields) {
	if len(s.Plans) > maxPlans {
		wrong.Add("plans", "outreach.too_many", "%d, at most %d", len(s.Plans), maxPlans)
		return wrong
	}
	force := s.InForce()
	seen := map[string]bool{"": true}
	for i, p := range s.Plans {
		path := books.Indexed("plans", i)
		if seen[p.ID] || len(p.ID) > maxPlanID {
			wrong.Add(path+".id", "outreach.plan_id", "%q is empty, there twice, or longer than %d", p.ID, maxPlanID)
		}
		seen[p.ID] = true
		if p.Name == "" {
			wrong.Add(path+".name", "outreach.script_name", "a name is needed")
		}
		if p.Days < 0 || p.Days > maxDays || p.Within < 0 || p.Within > maxDays {
			wrong.Add(path+".days", "outreach.plan_days", "%d and %d days are not within 0 and %d", p.Days, p.Within, maxDays)
		}
		switch {
		case p.Way != ByAgent && p.Way != ByCall && p.Way != BySMS:
			wrong.Add(path+".way", "outreach.way_unknown", "%q is neither call nor sms", p.Way)
		case p.Way == BySMS && p.Script == "":
			wrong.Add(path+".script", "outreach.script_unknown", "what is asked by SMS needs a script")
		}
		if p.Script != "" && force.Script(p.Script) == nil {
			wrong.Add(path+".script", "outreach.script_unknown", "there is no script %q", p.Script)
		}
		if len(p.After) == 0 {
			wrong.Add(path+".after", "outreach.plan_after", "it follows nothing")
		}
		for j, k := range p.After {
			if k != AfterDissatisfied && !slices.Contains(kinds, k) {
				wrong.Add(path+"."+books.Indexed("after", j), "outreach.plan_after", "%q is none of %s, %s", k, strings.Join(kinds, ", "), AfterDissatisfied)
			}
		}
	}
	return wrong
}

// DefaultPlans are the callbacks of a dealership that has set none: on the third day after a visit, on the seventh for those
// who were dissatisfied on the third, on the thirtieth to invite; after a car was handed over on the third and the thirtieth day,
// and in the third month to invite to the first service.
func DefaultPlans() []Plan {
	all := []string{"maintenance", "repair", "accident", "warranty"}
	return []Plan{
		{ID: "d3", Name: "三日质量回访", After: all, Days: 3, Script: "quality"},
		{ID: "d7", Name: "七日投诉复访", After: []string{AfterDissatisfied}, Days: 4, Script: "quality"},
		{ID: "d30", Name: "三十日保养邀约", After: []string{"maintenance", "repair"}, Days: 30, Script: "invite", Within: 14},
		{ID: "new3", Name: "新车三日关怀", After: []string{"delivery"}, Days: 3, Script: "delivery"},
		{ID: "new30", Name: "新车满月回访", After: []string{"delivery"}, Days: 30, Script: "delivery", Within: 14},
		{ID: "new75", Name: "首保提醒", After: []string{"delivery"}, Days: 75, Script: "invite", Within: 15},
	}
}

// DefaultScripts are the scripts of a dealership that has set none.
func DefaultScripts() []Script {
	two := 2
	four := 4
	return []Script{
		{
			ID: "quality", Name: "维修质量回访", NameEN: "Quality of the work",
			Questions: []Question{
				{
					ID: "overall", Kind: ScoreQuestion, Top: 5, Text: "您对本次服务总体满意吗？请打 1 到 5 分", TextEN: "How satisfied are you with the service, from 1 to 5?",
					Branches: []Branch{{When{AtMost: &two}, "what"}}, Next: "repaired",
				},
				{
					ID: "what", Kind: ChoiceQuestion, Text: "主要是哪方面不满意？", TextEN: "What was it mainly about?", Next: "words",
					Choices: []Choice{
						{"quality", "维修质量", "quality of the work"},
						{"attitude", "服务态度", "manner"},
						{"time", "等待时间", "waiting"},
						{"price", "费用", "price"},
						{"other", "其他", "something else"},
					},
				},
				{ID: "words", Kind: TextQuestion, Text: "请您具体说一说（按客户原话记录）", TextEN: "Please tell us more (in the customer's words)", Next: End},
				{ID: "repaired", Kind: YesNoQuestion, Text: "车辆问题是否已经解决？", TextEN: "Is the car in order now?", Branches: []Branch{{When{Is: No}, "words"}}, Next: "wish"},
				{ID: "wish", Kind: TextQuestion, Optional: true, Text: "您还有什么建议？", TextEN: "Is there anything you would wish for?", Next: End},
			},
			Rules: []Rule{
				{"overall", When{AtMost: &two}, contact.Dissatisfied, "complaint"},
				{"repaired", When{Is: No}, contact.Dissatisfied, "complaint"},
				{"overall", When{AtLeast: &four}, contact.Satisfied, ""},
				{"overall", When{AtLeast: &two}, contact.Neutral, ""},
			},
		},
		{
			ID: "invite", Name: "保养邀约", NameEN: "Invitation to the next service",
			Questions: []Question{
				{
					ID: "come", Kind: ChoiceQuestion, Text: "需要为您预约下次保养吗？", TextEN: "May we book your next service?", Branches: []Branch{{When{Is: "book"}, "day"}}, Next: End,
					Choices: []Choice{{"book", "预约", "yes"}, {"later", "以后再说", "later"}, {"elsewhere", "已在别处保养", "done elsewhere"}},
				},
				{ID: "day", Kind: TextQuestion, Text: "您希望哪天到店？", TextEN: "On which day?", Next: End},
			},
			Rules: []Rule{{Question: "come", When: When{Is: "book"}, Ticket: "appointment"}},
		},
		{
			ID: "delivery", Name: "新车交付回访", NameEN: "After the handover of a new car",
			Questions: []Question{
				{
					ID: "handover", Kind: ScoreQuestion, Top: 5, Text: "您对交车过程满意吗？请打 1 到 5 分", TextEN: "How satisfied were you with the handover, from 1 to 5?",
					Branches: []Branch{{When{AtMost: &two}, "words"}}, Next: "trouble",
				},
				{ID: "trouble", Kind: YesNoQuestion, Text: "用车中有没有遇到问题？", TextEN: "Is there any trouble with the car?", Branches: []Branch{{When{Is: Yes}, "words"}}, Next: "explained"},
				{ID: "explained", Kind: YesNoQuestion, Optional: true, Text: "车辆功能和首保时间是否都讲解清楚了？", TextEN: "Were its functions and the first service explained well?", Next: End},
				{ID: "words", Kind: TextQuestion, Text: "请您具体说一说（按客户原话记录）", TextEN: "Please tell us more (in the customer's words)", Next: End},
			},
			Rules: []Rule{
				{"handover", When{AtMost: &two}, contact.Dissatisfied, "complaint"},
				{"trouble", When{Is: Yes}, contact.Dissatisfied, "inquiry"},
				{"handover", When{AtLeast: &four}, contact.Satisfied, ""},
				{"handover", When{AtLeast: &two}, contact.Neutral, ""},
			},
		},
	}
}
