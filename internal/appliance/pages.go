package appliance

import (
	"context"
	"io"
	"time"

	"github.com/dealerline/dealerline/internal/care/attachment"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/edge/web/link"
)

// buildPages makes the pages for people outside.
func (b *Box) buildPages() (*link.Pages, error) {
	return link.New(link.Config{
		Links: b.links, Tickets: b.tickets.book, Tasks: b.outreach.book, Files: photos{b.files}, Connector: connector{b.tickets},
		Name: func() string { return b.settings.Current().Dealership.Name },
		Person: func(id string) string {
			p, _ := b.tickets.now.Load().rules.People.Person(id)
			return p.Name
		},
		Zone: func() *time.Location { return b.settings.Current().Location() }, Logger: b.log,
	})
}

// photos keeps what technicians send by link; it satisfies link.Files.
type photos struct{ shelf *attachment.Shelf }

// Photo joins a picture to a ticket.
func (p photos) Photo(ctx context.Context, by books.By, ticketID, person, name string, content io.Reader) error {
	_, err := p.shelf.Add(ctx, by, attachment.Upload{Ticket: ticketID, Person: person, Name: name}, content)
	return err
}

// connector connects technicians with customers; it satisfies link.Connector.
type connector struct{ tickets *tickets }

// Connect calls the technician.
func (c connector) Connect(ctx context.Context, ticketID, person string) error {
	_, err := c.tickets.Connect(ctx, ticketID, person)
	return err
}
