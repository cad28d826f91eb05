package fxo

import (
	"time"

	"github.com/google/uuid"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// Leg is one call on an analog line. All methods are safe from any goroutine and none of them waits; they return also
// when the leg is over.
type Leg struct {
	info  line.Info
	sound Port
	order func(*Leg, line.Command)

	events line.Events
}

func newLeg(info line.Info, order func(*Leg, line.Command)) *Leg {
	info.ID = uuid.Must(uuid.NewV7()).String()
	info.CallID = info.Line + "-" + info.ID[len(info.ID)-12:]
	info.Kind = line.Trunk
	info.At = time.Now()
	l := &Leg{info: info, order: order}
	l.sound.dial = func(digits string) { l.Do(line.SendDigits{Digits: digits}) }
	return l
}

// Info returns what is known of the leg.
func (l *Leg) Info() line.Info { return l.info }

// Port returns the leg's sound, a [*Port]: keys pressed stop what plays.
func (l *Leg) Port() media.Port { return &l.sound }

// Listen names the function that gets the leg's events from now on, those that happened before included, in order. It
// must only post to a mailbox. A second call replaces the first.
func (l *Leg) Listen(post func(line.Event)) { l.events.Listen(post) }

// Do tells the leg to do something. What comes of it is reported as an event. An exclamation mark in the digits to send
// flashes the hook.
func (l *Leg) Do(c line.Command) { l.order(l, c) }
