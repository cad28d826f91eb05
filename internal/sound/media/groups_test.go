package media_test

import (
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/test/steady"
)

// The parties of the tests of groups, and the tones they say.
const (
	customer = iota
	agent
	expert
	supervisor
)

var (
	partyNames = [...]string{"customer", "agent", "expert", "supervisor"}
	partyTones = [...]float64{440, 1010, 1400, 2000}
)

// voice is what a party is given by SetVoice.
type voice struct{ talk, hear media.Groups }

// wantOnly checks which of the parties' tones, of −10 dBm0 each, are in the sound.
func wantOnly(t testing.TB, what string, samples []int16, parties ...int) {
	t.Helper()
	if len(samples) < 1600 {
		t.Errorf("%s: only %d samples", what, len(samples))
		return
	}
	samples = samples[:1600]
	for i, hz := range partyTones {
		want := false
		for _, p := range parties {
			want = want || p == i
		}
		if l := dsp.Power(samples, hz); want && (l < -11.5 || l > -8.5) || !want && l > -50 {
			t.Errorf("%s: the %s at %.1f dBm0, want it: %v", what, partyNames[i], l, want)
		}
	}
}

// Who hears whom, on every leg and in the recording, in every way in which the four can be together.
func TestGroups(t *testing.T) { steady.Try(t, groups) }

func groups(t testing.TB) {
	t.Helper()
	const main, aside = media.TalkDefault, media.Groups(2)
	cases := []struct {
		name   string
		voices [4]voice
		hears  [4][]int
		taps   media.Groups
		left   []int // in the recording: the customer
		right  []int
	}{
		{
			"consult",
			[4]voice{{main, main}, {aside, aside}, {aside, aside}, {0, 0}},
			[4][]int{nil, {expert}, {agent}, nil},
			media.AllGroups,
			[]int{customer},
			[]int{agent, expert},
		},
		{
			"consult, not recorded",
			[4]voice{{main, main}, {aside, aside}, {aside, aside}, {0, 0}},
			[4][]int{nil, {expert}, {agent}, nil},
			main,
			[]int{customer},
			nil,
		},
		{
			"three-way",
			[4]voice{{main, main}, {main, main}, {main, main}, {0, 0}},
			[4][]int{{agent, expert}, {customer, expert}, {customer, agent}, nil},
			main,
			[]int{customer},
			[]int{agent, expert},
		},
		{
			"listen",
			[4]voice{{main, main}, {main, main}, {0, 0}, {0, main}},
			[4][]int{{agent}, {customer}, nil, {customer, agent}},
			main,
			[]int{customer},
			[]int{agent},
		},
		{
			"whisper",
			[4]voice{{main, main}, {main, main | aside}, {0, 0}, {aside, main}},
			[4][]int{{agent}, {customer, supervisor}, nil, {customer, agent}},
			main,
			[]int{customer},
			[]int{agent},
		},
		{
			"barge",
			[4]voice{{main, main}, {main, main}, {0, 0}, {main, main}},
			[4][]int{{agent, supervisor}, {customer, supervisor}, nil, {customer, agent}},
			main,
			[]int{customer},
			[]int{agent, supervisor},
		},
		{
			"all",
			[4]voice{{1, 255}, {1, 255}, {1, 255}, {1, 255}},
			[4][]int{
				{agent, expert, supervisor},
				{customer, expert, supervisor},
				{customer, agent, supervisor},
				{customer, agent, expert},
			},
			media.AllGroups,
			[]int{customer},
			[]int{agent, expert, supervisor},
		},
	}
	e := startEngine(t)
	br := e.NewBridge()
	defer br.Close()
	var phones []*phone
	var members []*media.Member
	for i, hz := range partyTones {
		law := media.ALaw
		if i == expert {
			law = media.MuLaw
		}
		p := newPhone(t, e, phoneOptions{law: law, hz: hz})
		phones, members = append(phones, p), append(members, br.Add(p.rtp))
	}
	talk(100*time.Millisecond, phones...)
	for _, c := range cases {
		for i, v := range c.voices {
			members[i].SetVoice(v.talk, v.hear)
		}
		br.SetTapGroups(c.taps)
		talk(60*time.Millisecond, phones...)
		tap := &tapped{}
		br.SetTap(tap)
		for _, p := range phones {
			p.forget()
		}
		talk(320*time.Millisecond, phones...)
		for i, p := range phones {
			wantOnly(t, c.name+": the "+partyNames[i]+" hears", heard(p.received()), c.hears[i]...)
		}
		left, right := tap.both()
		wantOnly(t, c.name+": left", left, c.left...)
		wantOnly(t, c.name+": right", right, c.right...)
		if s := e.Stats(); s.TickBridges != 1 {
			t.Errorf("%s: %+v", c.name, s)
		}
	}
}

// A supervisor comes to a call that runs packet by packet, listens, whispers, barges in and goes: the two who talk lose
// nothing, and the customer hears no whisper.
func TestASupervisorComesAndGoesWithoutAGap(t *testing.T) {
	steady.Try(t, aSupervisorComesAndGoesWithoutAGap)
}

func aSupervisorComesAndGoesWithoutAGap(t testing.TB) {
	t.Helper()
	const main, aside = media.TalkDefault, media.Groups(2)
	e := startEngine(t)
	a := newPhone(t, e, phoneOptions{law: media.ALaw, hz: partyTones[customer]})
	b := newPhone(t, e, phoneOptions{law: media.ALaw, hz: partyTones[agent]})
	c := newPhone(t, e, phoneOptions{law: media.ALaw, hz: partyTones[supervisor]})
	br := e.NewBridge()
	defer br.Close()
	tap := &tapped{}
	br.SetTapGroups(main)
	br.SetTap(tap)
	br.Add(a.rtp).SetVoice(main, main)
	mb := br.Add(b.rtp)
	all := []*phone{a, b, c}
	plane := func(what string, packets int) {
		t.Helper()
		if s := e.Stats(); s.PacketBridges != packets || s.TickBridges != 1-packets {
			t.Errorf("%s: %d on the packet plane, %d on the clock", what, s.PacketBridges, s.TickBridges)
		}
	}
	talk(400*time.Millisecond, all...)
	plane("before", 1)
	a.forget()
	b.forget()
	c.forget()
	talk(200*time.Millisecond, all...)
	mc := br.AddVoice(c.rtp, 0, main)
	talk(400*time.Millisecond, all...)
	plane("listening", 0)
	wantOnly(t, "listening", tail(heard(c.received()), 1600), customer, agent)
	mb.SetVoice(main, main|aside)
	mc.SetVoice(aside, main)
	talk(400*time.Millisecond, all...)
	wantOnly(t, "whispered to", tail(heard(b.received()), 1600), customer, supervisor)
	mc.Remove()
	mb.SetVoice(main, media.AllGroups)
	talk(400*time.Millisecond, all...)
	plane("after", 1)
	time.Sleep(60 * time.Millisecond)

	ga, gb := a.received(), b.received()
	wantContinuous(t, ga)
	wantContinuous(t, gb)
	for what, n := range map[string]int{"customer": len(ga), "agent": len(gb)} {
		if n < 69 || n > 72 {
			t.Errorf("the %s got %d packets of 70", what, n)
		}
	}
	wantSteadyTone(t, "customer", heard(ga), partyTones[agent])
	if l := dsp.Power(heard(ga), partyTones[supervisor]); l > -55 {
		t.Errorf("the customer hears the supervisor at %.1f dBm0", l)
	}
	wantOnly(t, "agent, at last", tail(heard(gb), 1600), customer)
	left, right := tap.both()
	wantSteadyTone(t, "left", left[1600:13600], partyTones[customer])
	wantSteadyTone(t, "right", right[1600:13600], partyTones[agent])
}

func tail(s []int16, n int) []int16 { return s[max(0, len(s)-n):] }

// The two of a packet plane call are exchanged for others between two ticks.
func TestPartiesAreExchangedAtOnce(t *testing.T) { steady.Try(t, partiesAreExchangedAtOnce) }

func partiesAreExchangedAtOnce(t testing.TB) {
	t.Helper()
	e := startEngine(t)
	var phones []*phone
	for _, hz := range partyTones {
		phones = append(phones, newPhone(t, e, phoneOptions{law: media.ALaw, hz: hz}))
	}
	one, two := e.NewBridge(), e.NewBridge()
	defer one.Close()
	defer two.Close()
	tap := &tapped{}
	one.SetTap(tap)
	one.Add(phones[customer].rtp)
	mb := one.Add(phones[agent].rtp)
	two.Add(phones[supervisor].rtp)
	md := two.Add(phones[expert].rtp)
	talk(320*time.Millisecond, phones...)
	if s := e.Stats(); s.PacketBridges != 2 {
		t.Fatalf("not on the packet plane: %+v", s)
	}
	mb.Remove() // the agent hands the customer to the expert and is taken by the supervisor
	md.Remove()
	one.Add(phones[expert].rtp)
	two.Add(phones[agent].rtp)
	talk(100*time.Millisecond, phones...)
	for _, p := range phones {
		p.forget()
	}
	from, _ := tap.both()
	talk(320*time.Millisecond, phones...)
	if s := e.Stats(); s.PacketBridges != 2 || s.TickBridges != 0 {
		t.Errorf("not on the packet plane again: %+v", s)
	}
	for p, hears := range []int{expert, supervisor, customer, agent} {
		wantOnly(t, partyNames[p], heard(phones[p].received()), hears)
	}
	left, right := tap.both()
	wantOnly(t, "left", left[len(from):], customer)
	wantOnly(t, "right", right[len(from):], expert)
}

// Whose sound the tap's sides hold is changed on the packet plane as on the clock.
func TestSidesOfTheTap(t *testing.T) { steady.Try(t, sidesOfTheTap) }

func sidesOfTheTap(t testing.TB) {
	t.Helper()
	for plane, packets := range map[string]int{"packet": 1, "tick": 0} {
		e := startEngine(t)
		a := newPhone(t, e, phoneOptions{law: media.ALaw, hz: partyTones[customer]})
		b := newPhone(t, e, phoneOptions{law: media.ALaw, hz: partyTones[agent]})
		br := e.NewBridge()
		tap := &tapped{}
		br.SetTap(tap)
		ma, mb := br.Add(a.rtp), br.Add(b.rtp)
		if packets == 0 {
			ma.Play(media.Loop(make2s(media.Frame{})), media.PlayOptions{Mix: true})
		}
		check := func(what string, packets int, wantLeft, wantRight []int) {
			talk(200*time.Millisecond, a, b)
			from, _ := tap.both()
			talk(300*time.Millisecond, a, b)
			left, right := tap.both()
			wantOnly(t, plane+", "+what+": left", left[len(from):], wantLeft...)
			wantOnly(t, plane+", "+what+": right", right[len(from):], wantRight...)
			if s := e.Stats(); s.PacketBridges != packets {
				t.Errorf("%s, %s: %+v", plane, what, s)
			}
		}
		check("at first", packets, []int{customer}, []int{agent})
		br.SetLeft(mb)
		check("exchanged", packets, []int{agent}, []int{customer})
		br.SetTapGroups(0)
		check("one only", packets, []int{agent}, nil)
		br.SetTapGroups(media.AllGroups)
		br.SetLeft(nil)
		check("no left", 0, []int{customer, agent}, []int{customer, agent})
		br.SetTap(nil)
		talk(100*time.Millisecond, a, b)
		if s := e.Stats(); s.PacketBridges != packets {
			t.Errorf("%s, without a tap: %+v", plane, s)
		}
		br.Close()
	}
}

// Two who do not hear each other both ways are on the clock, and hear what they shall.
func TestTwoInDifferentGroups(t *testing.T) { steady.Try(t, twoInDifferentGroups) }

func twoInDifferentGroups(t testing.TB) {
	t.Helper()
	e := startEngine(t)
	a := newPhone(t, e, phoneOptions{law: media.ALaw, hz: partyTones[customer]})
	b := newPhone(t, e, phoneOptions{law: media.ALaw, hz: partyTones[agent]})
	br := e.NewBridge()
	defer br.Close()
	ma, mb := br.Add(a.rtp), br.Add(b.rtp)
	ma.SetVoice(2, 2)
	mb.SetVoice(1, 3)
	talk(200*time.Millisecond, a, b)
	a.forget()
	b.forget()
	talk(300*time.Millisecond, a, b)
	if s := e.Stats(); s.PacketBridges != 0 || s.TickBridges != 1 {
		t.Errorf("%+v", s)
	}
	wantOnly(t, "a", heard(a.received()))
	wantOnly(t, "b", heard(b.received()), customer)
	mb.SetVoice(2, 2)
	talk(200*time.Millisecond, a, b)
	if s := e.Stats(); s.PacketBridges != 1 {
		t.Errorf("of one group, but %+v", s)
	}
}

// Two phones in a conference, or one of whom has its volume turned, are on the clock; later they are not.
func TestTwoInAConference(t *testing.T) { steady.Try(t, twoInAConference) }

func twoInAConference(t testing.TB) {
	t.Helper()
	e := startEngine(t)
	a := newPhone(t, e, phoneOptions{law: media.ALaw, hz: partyTones[customer], event: 101})
	b := newPhone(t, e, phoneOptions{law: media.ALaw, hz: partyTones[agent], event: 101})
	br := e.NewBridge()
	defer br.Close()
	ma := br.Add(a.rtp)
	br.Add(b.rtp)
	check := func(what string, packets int) {
		talk(120*time.Millisecond, a, b)
		if s := e.Stats(); s.PacketBridges != packets || s.TickBridges != 1-packets {
			t.Errorf("%s: %+v", what, s)
		}
	}
	br.SetConference(media.Conference{Speakers: 4})
	check("conference", 0)
	a.press(7)
	time.Sleep(250 * time.Millisecond)
	if got := b.eventKeys(); got != "" {
		t.Errorf("the other was sent %q", got)
	}
	br.SetConference(media.Conference{})
	check("no conference", 1)
	ma.SetVolume(6)
	check("volume", 0)
	a.forget()
	talk(300*time.Millisecond, a, b)
	if l := dsp.Power(tail(heard(a.received()), 1600), partyTones[agent]); l < -5.5 || l > -3 { // −10 and 6 more
		t.Errorf("turned up to %.1f dBm0", l)
	}
	ma.SetVolume(0)
	check("volume as before", 1)
}
