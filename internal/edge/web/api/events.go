package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2/sse"

	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/live"
)

type eventsInput struct {
	Topics      []string `query:"topics" nullable:"false" enum:"me,calls,queues,agents,lines,records" doc:"What to be told of; absent: all that one may"`
	LastEventID string   `header:"Last-Event-ID" maxLength:"40" doc:"The id of the last event seen"`
}

// Ping is sent every 15 s, so that a connection that has died is noticed on both sides.
type Ping struct {
	At time.Time `json:"at"`
}

// Resync says that events were lost: the client reads everything anew.
type Resync struct {
	At time.Time `json:"at"`
}

const (
	pingInterval = 15 * time.Second
	// streamLife ends a stream now and then; the client comes back with Last-Event-ID.
	streamLife = 30 * time.Minute
	// maxStreams bounds the streams of one user: windows share one.
	maxStreams = 20
)

// The library has a deadline for one event, which it sets anew with each. Over HTTP/2 a deadline that passes
// ends the stream even when nothing is being written, so it must outlast the pause between two signs of life.
var _ = func() struct{} { //nolint:gochecknoglobals // the library has it in a variable of its own
	sse.WriteTimeout = 3 * pingInterval
	return struct{}{}
}()

// events is the stream of what happens.
func events(a *API) {
	op := a.operation(Op{
		ID: "watch-events", Method: http.MethodGet, Path: "/events", Tag: "live", Perm: SignedIn,
		Summary: "What happens, as it happens. Me is what concerns one's own agent alone, the screen pop first",
	})
	sse.Register(a.huma, op, map[string]any{
		"pop": live.Pop{}, "notice": live.TicketNotice{}, "call": live.CallChanged{}, "call-ended": CallEnded{}, "agent": live.AgentChanged{},
		"queues": live.QueuesChanged{}, "lines": live.LinesChanged{}, "record": live.RecordChanged{}, "ping": Ping{}, "resync": Resync{},
	}, a.watch)
}

// topicPerms are the permissions that topics need.
func topicPerms() map[live.Topic]account.Permission {
	return map[live.Topic]account.Permission{
		live.Me: account.AgentsSelf, live.Calls: account.CallsRead, live.Queues: account.LiveRead, live.Agents: account.LiveRead,
		live.Lines: account.LiveRead, live.Records: account.CallsRead,
	}
}

// wanted says which events a watcher gets: of the topics asked for those that it may see, and of what is for one agent
// only its own.
func wanted(c Caller, topics []string) func(live.Event) bool {
	may := map[live.Topic]bool{}
	for topic, perm := range topicPerms() {
		may[topic] = c.May(perm) && (len(topics) == 0 || slices.Contains(topics, string(topic)))
	}
	return func(e live.Event) bool {
		if !may[e.Topic] || (e.Agent != "" && e.Agent != c.User.Agent && e.Agent != c.Person) {
			return false
		}
		if r, ok := e.Data.(live.RecordChanged); ok {
			return c.May(recordPerm(r.Table))
		}
		return true
	}
}

// recordPerm is what one must be allowed to hear that a record changed.
func recordPerm(table string) account.Permission {
	switch table {
	case "ticket", "ticket_entry", "ticket_notice", "ticket_file":
		return account.TicketsRead
	case "cdr", "recording", "wrap_up":
		return account.CallsRead
	case "voicemail":
		return account.RecordingsListen
	case "customer", "vehicle", "visit", "relation", "merging", "review":
		return account.CustomersRead
	case "import":
		return account.ImportsRun
	case "user":
		return account.UsersManage
	case "webhook":
		return account.HooksManage
	}
	return account.SettingsRead
}

// watch sends events until the client goes away, its right to see them ends, or half an hour is over.
func (a *API) watch(ctx context.Context, in *eventsInput, send sse.Sender) {
	ctx, end, ok := a.beginStream(ctx)
	if !ok {
		return // the client tries again later
	}
	defer end()
	c := CallerOf(ctx)
	last, _ := live.ParseID(in.LastEventID) // one that is none counts as none
	var err error
	w, gap := a.Hub.Watch(last, wanted(c, in.Topics))
	defer w.Close()
	if gap && send.Data(Resync{time.Now().UTC()}) != nil {
		return
	}
	if send(sse.Message{Data: Ping{time.Now().UTC()}, Retry: retryMillis}) != nil {
		return
	}
	s := &watching{caller: c, news: w, send: send, checked: time.Now()}
	if s.eyes, err = a.eyes(ctx); err != nil {
		return
	}
	for ctx.Err() == nil {
		if !a.sendNext(ctx, s) {
			return
		}
	}
}

// retryMillis is how long a client waits before it comes back.
const retryMillis = 2000

// checkEvery is how long a stream on which something happens may go on unseen after its right to has ended.
const checkEvery = time.Second

// watching is one stream.
type watching struct {
	caller  Caller
	news    *live.Watcher
	send    sse.Sender
	eyes    eyes
	checked time.Time // when it was last known that it may go on
}

// mayGoOn reports whether the stream's session or token holds, and its user is what they were; it looks where they are.
func (a *API) mayGoOn(ctx context.Context, s *watching) bool {
	if time.Since(s.checked) < checkEvery {
		return true
	}
	s.checked = time.Now()
	var err error
	s.eyes, err = a.eyes(ctx) // an agent may have signed in at another phone
	return err == nil && a.Accounts.Alive(s.caller.User, s.caller.Session, s.caller.Token)
}

// sendNext sends what comes next, or a sign of life; it reports whether the stream goes on.
func (a *API) sendNext(ctx context.Context, s *watching) bool {
	wait, stop := context.WithTimeout(ctx, pingInterval)
	news, at, gap, err := s.news.Next(wait)
	stop()
	switch {
	case ctx.Err() != nil || !a.mayGoOn(ctx, s):
		return false
	case err != nil:
		return s.send.Data(Ping{time.Now().UTC()}) == nil
	case gap:
		return s.send(sse.Message{ID: int(at), Data: Resync{time.Now().UTC()}}) == nil
	}
	for _, n := range news {
		if s.send(sse.Message{ID: int(n.ID), Data: s.eyes.news(n.Event)}) != nil {
			return false
		}
	}
	return true
}
