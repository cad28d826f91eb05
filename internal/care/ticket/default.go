package ticket

// DefaultTypes are the types of a dealership that has set none: what callers of a service hotline ask for, with the clocks of
// the trade. business is the calendar for clocks that stand still when the house is closed; empty: around the clock.
func DefaultTypes(business string) []Type {
	screen, text, call := []string{ByConsole}, []string{ByConsole, BySMS}, []string{ByConsole, BySMS, ByCall}
	const hour, day = 60, 24 * 60
	return []Type{
		{
			ID: "rescue", Name: "道路救援", Prefix: "R", Priority: Urgent, Job: true, Skill: "rescue", Head: 10, Direct: true,
			Fields: []Field{{ID: "fault", Name: "故障现象", Kind: TextField}, {ID: "place", Name: "地点", Kind: TextField}},
			Targets: []Target{
				{Of: OfDispatch, Within: 5, Ladder: []Rung{{5, "team_lead", call}}},
				{Of: OfContact, Within: 15, Ladder: []Rung{{10, "team_lead", text}, {15, "crm_manager", call}, {30, "service_director", call}}},
				{Of: OfClosure, Within: day, Ladder: []Rung{{day, "team_lead", text}}},
			},
		},
		{
			ID: "complaint", Name: "投诉", Prefix: "C", Priority: High, Complaint: true, Head: 5, Direct: true,
			Categories: []string{
				"服务/态度", "服务/等待", "服务/承诺未兑现", "维修/质量", "维修/返修", "维修/时间", "费用/价格", "费用/不透明", "配件/缺货", "配件/质量", "产品/质量", "其他",
			},
			Fields: []Field{{ID: "demand", Name: "客户诉求", Kind: TextField}},
			Targets: []Target{
				{Of: OfContact, Within: 2 * hour, Ladder: []Rung{{90, RoleOwner, screen}, {2 * hour, "team_lead", text}}},
				{Of: OfProgress, Within: day, Ladder: []Rung{{day, RoleOwner, text}}},
				{Of: OfResolution, Within: 2 * day, Ladder: []Rung{
					{12 * hour, RoleOwner, text}, {day, "service_director", call}, {2 * day, "general_manager", call},
				}},
				{Of: OfClosure, Within: 3 * day, Ladder: []Rung{{2 * day, RoleOwner, screen}, {3 * day, "service_director", text}}},
			},
		},
		{
			ID: "claim", Name: "事故理赔", Prefix: "L", Job: true, Skill: "claim",
			Fields: []Field{
				{ID: "insurer", Name: "保险公司", Kind: TextField},
				{ID: "report", Name: "报案号", Kind: TextField, Required: AtResolve},
				{ID: "injured", Name: "人伤", Kind: ChoiceField, Choices: []string{"无", "有"}},
			},
			Targets: []Target{
				{Of: OfContact, Within: 30, Clock: business, Ladder: []Rung{{30, "team_lead", text}}},
				{Of: OfResolution, Within: 4 * hour, Clock: business, Ladder: []Rung{{3 * hour, RoleOwner, screen}, {4 * hour, "crm_manager", text}}},
				{Of: OfClosure, Within: 3 * day, Ladder: []Rung{{3 * day, "team_lead", screen}}},
			},
		},
		{
			ID: "appointment", Name: "预约", Prefix: "A", Counts: true, Closing: Closing{Contact: ContactAny, SameMay: true, Unasked: true},
			Fields: []Field{{ID: "date", Name: "预约日期", Kind: DateField}, {ID: "work", Name: "项目", Kind: TextField}},
			Targets: []Target{
				{Of: OfContact, Within: 30, Clock: business, Ladder: []Rung{{30, "team_lead", screen}}},
				{Of: OfResolution, Within: day, Clock: business, Ladder: []Rung{{day, RoleOwner, screen}}},
			},
		},
		{
			ID: "inquiry", Name: "咨询", Prefix: "I", Counts: true, Closing: Closing{Contact: ContactAny, SameMay: true, Unasked: true},
			Targets: []Target{
				{Of: OfContact, Within: 4 * hour, Clock: business, Ladder: []Rung{{4 * hour, RoleOwner, screen}}},
				{Of: OfResolution, Within: 8 * hour, Clock: business, Ladder: []Rung{{8 * hour, RoleOwner, screen}, {16 * hour, "team_lead", text}}},
			},
		},
		{
			ID: "club", Name: "车友会", Prefix: "H", Priority: Low, Counts: true, Closing: Closing{Contact: ContactAny, SameMay: true, Unasked: true},
			Targets: []Target{{Of: OfResolution, Within: 16 * hour, Clock: business, Ladder: []Rung{{16 * hour, RoleOwner, screen}}}},
		},
	}
}
