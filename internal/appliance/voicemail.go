package appliance

import (
	"path/filepath"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/voicemail"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// messagesDir is where messages lie, below the data directory.
const messagesDir = "voicemail"

// openMail reads the messages.
func (b *Box) openMail() (err error) {
	b.mail, err = voicemail.Open(voicemail.Config{
		Dir: filepath.Join(b.opt.Config.DataDir, messagesDir), Index: store.MessageIndex{DB: b.db},
		MinFree: b.opt.Config.Recording.MinFreeMB << 20, Logger: b.log,
		Boxes: func() []voicemail.Box { return b.settings.Current().Voicemail.Boxes },
		Rule:  func() voicemail.Rule { return b.settings.Current().Voicemail.Rule() },
		Show:  func(name string, fresh, old int) { b.sip.ShowMessages(name, fresh, old) },
		Left:  func(m voicemail.Message) { b.bus.Publish(MessageLeft{m}) },
	})
	return err
}

// MessageLeft is the event that somebody has left a message.
type MessageLeft struct{ Message voicemail.Message }

// mailDesk opens boxes for callers.
func (b *Box) mailDesk() voicemail.Desk {
	return voicemail.Desk{Shelf: b.mail, Voices: b.prompts, Led: func(number string) (call.Target, bool) {
		t, ok := b.settings.Current().InternalTarget(number)
		return target(t), ok
	}}
}

// mailReader opens boxes for those who hear messages.
func (b *Box) mailReader() voicemail.Reader {
	return voicemail.Reader{Shelf: b.mail, Heard: b.mailHeard, Zone: func() *time.Location { return b.settings.Current().Location() }}
}

// mailHeard writes into the audit that a message is heard at a phone.
func (b *Box) mailHeard(m voicemail.Message, phone string) {
	ctx, cancel := deadline()
	defer cancel()
	by := store.By{Who: "phone " + phone, Via: "phone", Action: "listen-voicemail-message"}
	err := b.db.ChangeAnyway(ctx, by, func(tx *store.Tx) error {
		return tx.Note("voicemail", m.ID, map[string]string{"what": "listen-voicemail-message", "box": m.Box, "call": m.Call, "phone": phone})
	})
	if err != nil {
		b.log.Error("note a message heard", "message", m.ID, "error", err)
	}
}

// followMail tells of boxes that are there or gone.
func (b *Box) followMail(*settings.Document) error {
	b.mail.ShowAll()
	return nil
}

// toMailbox is where a call goes for an extension that was not reached: its voicemail box, if it has one.
func toMailbox(mail *voicemail.Shelf, t call.Target, cause line.Cause) (call.Target, bool) {
	switch cause {
	case line.UserBusy, line.CallRejected, line.NoAnswer, line.NoUserResponding, line.SubscriberAbsent, line.DestinationOutOfOrder:
		if box, ok := mail.Of(t.Name); ok {
			return call.Target{Kind: call.TargetVoicemail, Name: box.Number}, true
		}
	default: // the call is over for another reason
	}
	return call.Target{}, false
}

// speaker says what is left in voicemail boxes, too; it satisfies call.Voice.
type speaker struct {
	voice
	mail *voicemail.Shelf
}

// Say renders phrases in a language, messages among them.
func (s speaker) Say(language string, phrases []prompt.Phrase) media.Source {
	var parts [][]byte
	rest := s.masked(language, phrases)
	for i, p := range rest {
		if p.Kind == prompt.KindMessage {
			parts = append(parts, s.mail.Sound(p.ID))
			continue
		}
		parts = append(parts, s.prompts.Render(language, rest[i:i+1])...)
	}
	return media.Sequence(parts...)
}
