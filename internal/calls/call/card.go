package call

import "time"

// Card is what is known of the caller: looked up once when the call arrives, carried along unchanged, and read
// by the menu, the queue, the recorder and the agent's screen. No later stage asks again.
type Card struct {
	Number       string        `cbor:"1,keyasint,omitempty" json:"number,omitempty"` // E.164 or as received; empty when withheld
	Name         string        `cbor:"2,keyasint,omitempty" json:"name,omitempty"`   // the customer's, else the caller's display name
	Customer     string        `cbor:"3,keyasint,omitempty" json:"customer,omitempty"`
	VIP          bool          `cbor:"4,keyasint,omitempty" json:"vip,omitempty"`
	Bonus        time.Duration `cbor:"5,keyasint,omitempty" json:"bonus,omitempty"` // head start in every queue
	Blocked      bool          `cbor:"6,keyasint,omitempty" json:"blocked,omitempty"`
	Language     string        `cbor:"7,keyasint,omitempty" json:"language,omitempty"`       // "zh-CN" or "en"
	LastAgent    string        `cbor:"8,keyasint,omitempty" json:"last_agent,omitempty"`     // agent id
	LastAgentAt  time.Time     `cbor:"9,keyasint,omitzero" json:"last_agent_at,omitzero"`    // when that agent last spoke with the caller
	TicketOwner  string        `cbor:"10,keyasint,omitempty" json:"ticket_owner,omitempty"`  // agent who owns an open ticket of the caller
	OpenTickets  int           `cbor:"11,keyasint,omitempty" json:"open_tickets,omitempty"`  // how many are open
	AvoidAgent   string        `cbor:"12,keyasint,omitempty" json:"avoid_agent,omitempty"`   // an open complaint is about this agent
	DialedNumber string        `cbor:"13,keyasint,omitempty" json:"dialed_number,omitempty"` // DID
	Trunk        string        `cbor:"14,keyasint,omitempty" json:"trunk,omitempty"`
	// Candidates are the customers who share the number, when there are several: the agent chooses.
	Candidates []string `cbor:"15,keyasint,omitempty" json:"candidates,omitempty"`
	// Direct leads the caller past the menu: something of theirs is pressing.
	Direct bool `cbor:"16,keyasint,omitempty" json:"direct,omitempty"`
}
