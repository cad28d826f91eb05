package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/dealerline/dealerline/internal/base/workday"
	"github.com/dealerline/dealerline/internal/care/outreach"
	"github.com/dealerline/dealerline/internal/care/roster"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/settings"
)

// TakenIn is the version of the settings that has what was taken in.
type TakenIn struct {
	Version uint64 `json:"version"`
}

func (a *API) importHolidays(ctx context.Context, in *struct{ Body workday.Year }) (*struct{ Body TakenIn }, error) {
	v, err := a.editor(ctx, "holidays of "+strconv.Itoa(in.Body.Year)).PutHolidayYear(ctx, in.Body)
	return &struct{ Body TakenIn }{TakenIn{v}}, err
}

// writtenPlans are the callbacks by plan, also while they are switched off.
func writtenPlans(d *settings.Document) []outreach.Plan {
	on := d.Outreach
	on.PlansOff = false
	return on.InForce().Plans
}

// careLists are the lists of the settings that tickets follow.
func careLists(a *API) {
	type doc = settings.Document
	addList(a, list[ticket.Type]{
		path: "tickets.types", url: "ticket-types", one: "ticket-type", shipped: true,
		of: func(d *doc) []ticket.Type { return d.TicketTypes() }, id: func(v ticket.Type) string { return v.ID },
	})
	addList(a, list[ticket.Template]{
		path: "tickets.templates", url: "ticket-templates", one: "ticket-template",
		of: func(d *doc) []ticket.Template { return d.Tickets.Templates }, id: func(v ticket.Template) string { return v.ID },
	})
	addList(a, list[settings.Disposition]{
		path: "tickets.dispositions", url: "dispositions", one: "disposition", shipped: true,
		of: func(d *doc) []settings.Disposition { return d.DispositionsInForce() }, id: func(v settings.Disposition) string { return v.ID },
	})
	addList(a, list[roster.Person]{
		path: "roster.people", url: "roster-people", one: "roster-person",
		of: func(d *doc) []roster.Person { return d.Roster.People }, id: func(v roster.Person) string { return v.ID },
	})
	addList(a, list[roster.Duty]{
		path: "roster.duties", url: "roster-duties", one: "roster-duty",
		of: func(d *doc) []roster.Duty { return d.Roster.Duties }, id: func(v roster.Duty) string { return v.ID },
	})
	addList(a, list[outreach.Script]{
		path: "outreach.scripts", url: "outreach-scripts", one: "outreach-script", shipped: true,
		of: func(d *doc) []outreach.Script { return d.OutreachInForce().Scripts }, id: func(v outreach.Script) string { return v.ID },
	})
	addList(a, list[outreach.Plan]{
		path: "outreach.plans", url: "outreach-plans", one: "outreach-plan", shipped: true,
		of: writtenPlans, id: func(v outreach.Plan) string { return v.ID },
	})
	addList(a, list[workday.Year]{
		path: "holiday_years", url: "holiday-years", one: "holiday-year",
		of: func(d *doc) []workday.Year { return d.HolidayYears }, id: func(v workday.Year) string { return strconv.Itoa(v.Year) },
	})
	Add(a, Op{
		ID: "import-holiday-year", Method: http.MethodPost, Path: "/settings/holiday-years/import", Tag: "settings", Perm: account.SettingsWrite,
		Summary: "Take in the public holidays of a year, in place of what is known of it",
	}, a.importHolidays)
}
