package call

import (
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// carryOut does one effect.
func (c *Call) carryOut(e Effect) {
	cfg := &c.hub.cfg
	switch e := e.(type) {
	case Tell:
		c.legs[e.Leg].Do(e.Cmd)
	case Dial:
		e.Outgoing.From = c.as(e.For)
		if e.Outgoing.Queue == "" {
			if t, ok := cfg.Desk.Instead(e.Target, line.CauseUnknown); ok {
				c.answerWith(Forwarded{Try: e.Try, To: t, OK: true})
				return
			}
		}
		c.ways[e.Try] = newLadder(cfg.Dialer.Ways(e.Outgoing.From, e.Target), e.Outgoing)
		c.dialNext(e.Try)
	case AskForward:
		t, ok := cfg.Desk.Instead(e.Target, e.Cause)
		c.answerWith(Forwarded{e.Try, e.Cause, t, ok})
	case DialNext:
		c.dialNext(e.Try)
	case DialGuest:
		c.dialGuest(e)
	case OpenMenu:
		c.openMenu(e)
	case FeedMenu:
		c.feedMenu(e.Ev)
	case CloseMenu:
		c.closeMenu()
	case JoinQueue:
		cfg.Queues.Join(Waiting{
			Call: c.id, Waiter: c, Queue: e.Queue, Card: e.Card, Skills: e.Skills, Attrs: e.Attrs, Since: e.Since, Language: e.Language,
		})
	case TellQueue:
		cfg.Queues.Report(c.id, e.Fact)
	case PhoneBusy:
		cfg.Queues.Phone(e.Extension, e.Busy)
	case Yield, Give, SendOff, PassOn, LeadThere, Refuse, Seek, TakeSlot, FreeSlot, Resolve, EnterConference, TellConference:
		c.carryOutAround(e)
	case SetTimer:
		c.setTimer(e)
	case ClearTimer:
		c.clearTimer(e.Timer)
	case Begin:
		cfg.Ledger.Begin(e.Record)
	case Finish:
		cfg.Ledger.Finish(e.Record)
	case Publish:
		c.hub.publish(e.Notice)
	default:
		c.carryOutSound(e)
	}
}

// carryOutSound does the effects that are heard.
func (c *Call) carryOutSound(e Effect) {
	cfg := &c.hub.cfg
	switch e := e.(type) {
	case Sit:
		s := c.room.Add(c.legs[e.Leg].Port(), e.Talk, e.Hear)
		s.SetKeys(!e.Codes)
		c.seats[e.Leg] = s
	case Unsit:
		if s := c.seats[e.Leg]; s != nil {
			s.Remove()
			delete(c.seats, e.Leg)
		}
	case Voices:
		if s := c.seats[e.Leg]; s != nil {
			s.SetVoice(e.Talk, e.Hear)
			s.SetKeys(!e.Codes)
		}
	case Side:
		if s := c.seats[e.Leg]; s != nil {
			c.room.Left(s)
		}
	case Say:
		c.say(e)
	case Music:
		if s := c.seats[e.Leg]; s != nil {
			s.Play(cfg.Voice.Music(e.Class), media.PlayOptions{})
		}
	case Hush:
		if s := c.seats[e.Leg]; s != nil {
			s.Stop()
		}
	case StartRecording:
		c.record = cfg.Recorders.Record(e.Meta)
		c.answerWith(RecordingIs{c.record.ID()})
		c.room.Tap(c.record)
	case StopRecording:
		c.room.Tap(nil)
		if c.record != nil {
			c.record.Close()
		}
	case RecordMemo:
		c.tape(e)
	case StopMemo:
		c.stopMemo()
	case Echo:
		if s := c.seats[e.Leg]; s != nil {
			echo := media.NewEcho()
			c.room.Tap(echo)
			s.Play(echo, media.PlayOptions{})
		}
	}
}

func (c *Call) stopMemo() {
	if c.memo != nil {
		c.room.Tap(c.ongoing())
		c.memo.Close()
		c.memo = nil
	}
}

// ongoing is the recording of the whole call, if it has begun.
func (c *Call) ongoing() media.Tap {
	if c.record == nil {
		return nil
	}
	return c.record
}

// tape records the guest alone. In a call that is recorded as a whole, too, that goes on afterwards.
func (c *Call) tape(e RecordMemo) {
	done := func(m Memo) {
		if m.Err != nil {
			c.hub.cfg.Logger.Error("keep spoken prompt", "call", string(c.id), "prompt", e.Prompt, "error", m.Err)
		}
		c.post(MemoDone{m})
	}
	if c.keepMemo = e.Message != ""; !c.keepMemo {
		c.memo = c.hub.cfg.Recorders.Memo(e.Prompt, e.Max, done)
	} else if c.hub.cfg.Messages != nil {
		c.memo = c.hub.cfg.Messages.Record(e.Message, c.id, e.Max, done)
	} else {
		c.answerWith(MemoDone{})
		return
	}
	c.room.Tap(c.memo)
}

func (c *Call) say(e Say) {
	s := c.seats[e.Leg]
	if s == nil {
		c.answerWith(Played{e.Play, media.Stopped})
		return
	}
	s.Play(c.hub.cfg.Voice.Say(e.Language, e.Phrases), media.PlayOptions{
		BargeIn: e.BargeIn,
		Done:    func(o media.Outcome) { c.post(Played{e.Play, o}) },
	})
}

func (c *Call) openMenu(e OpenMenu) {
	c.closeMenu()
	menus := c.hub.cfg.Menus
	switch e.Target.Kind {
	case TargetFeature:
		menus = announcements{c.hub.cfg.Features, c.state.Back.Announce}
	case TargetVoicemail:
		menus = c.hub.cfg.Voicemails
	default:
	}
	if menus == nil {
		c.answerWith(MenuMissing{e.Target.Name})
		return
	}
	m, err := menus.Open(e.Target.Name, c.as(e.Leg), e.Card, e.Attrs)
	if err != nil {
		c.hub.cfg.Logger.Warn("open menu", "call", string(c.id), "menu", e.Target.Name, "error", err)
		c.answerWith(MenuMissing{e.Target.Name})
		return
	}
	c.menu = m
	c.answerWith(MenuOpened{m.Name()})
}

func (c *Call) feedMenu(ev MenuEvent) {
	if c.menu == nil {
		return
	}
	effects := c.menu.Step(ev, time.Now())
	if len(effects) == 0 {
		if r, ok := ev.(MenuReturned); ok {
			c.answerWith(Drop(r))
		}
		return
	}
	c.answerWith(MenuSaid{effects})
}

func (c *Call) closeMenu() {
	if c.menu != nil {
		c.menu.Step(MenuEnded{}, time.Now())
		c.menu = nil
	}
	if c.keepMemo { // a message is what was said up to the hang-up
		c.stopMemo()
	}
}

func (c *Call) setTimer(e SetTimer) {
	c.clearTimer(e.Timer)
	a := &alarm{}
	c.timers[e.Timer] = a
	a.Timer = time.AfterFunc(e.After, func() { c.post(rang{e.Timer, a}) })
}

func (c *Call) clearTimer(t Timer) {
	if a := c.timers[t]; a != nil {
		a.Stop()
		delete(c.timers, t)
	}
}
