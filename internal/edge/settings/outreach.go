package settings

import (
	"fmt"
	"slices"

	"github.com/dealerline/dealerline/internal/calls/ivr"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/care/outreach"
	"github.com/dealerline/dealerline/internal/care/ticket"
)

// OutreachInForce is what callbacks and surveys follow, with what ships with the program where the document says nothing.
func (d *Document) OutreachInForce() outreach.Settings { return d.Outreach.InForce() }

// checkOutreach checks scripts and plans.
func (c *checker) checkOutreach() {
	kinds := []string{crm.Maintenance, crm.Repair, crm.Accident, crm.WarrantyJob, crm.Recall, crm.Delivery, crm.OtherVisit}
	hasType := func(id string) bool {
		return slices.ContainsFunc(c.d.TicketTypes(), func(t ticket.Type) bool { return t.ID == id })
	}
	for _, w := range c.d.Outreach.Check(kinds, hasType) {
		c.add("outreach."+w.Path, "%s", w.Message)
	}
	if id := c.d.Outreach.Survey.Flow; id != "" && !slices.ContainsFunc(c.d.Flows, func(s ivr.Shelf) bool { return s.ID == id && s.Published > 0 }) {
		c.add("outreach.survey.flow", "there is no published menu %q", id)
	}
	for i, p := range c.d.Outreach.Plans {
		if p.Way == outreach.BySMS && c.d.Site.PublicURL == "" {
			c.add(fmt.Sprintf("outreach.plans[%d].way", i), "customers can answer by SMS only when site.public_url is set")
		}
	}
}
