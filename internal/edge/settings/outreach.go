package settings

import (
	"slices"

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
}
