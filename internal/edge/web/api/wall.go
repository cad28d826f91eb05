package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2/sse"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/live"
)

// WallBoard is what a screen on a wall shows: numbers of the day, nothing about any caller.
type WallBoard struct {
	At     time.Time   `json:"at"`
	Queues []WallQueue `json:"queues" nullable:"false"`
	Agents WallAgents  `json:"agents"`
}

// WallQueue is one queue at this moment, and its counters since midnight.
type WallQueue struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Waiting   int       `json:"waiting"`
	Since     time.Time `json:"since,omitzero" doc:"Since when the one waits who waits longest"`
	Agents    int       `json:"agents" doc:"Signed in"`
	Serving   int       `json:"serving" doc:"Of these not paused"`
	Free      int       `json:"free"`
	Entered   int       `json:"entered"`
	Answered  int       `json:"answered"`
	Abandoned int       `json:"abandoned" doc:"Without the short ones"`
	InTime    int       `json:"in_time" doc:"Answered within the queue's time: the numerator of the service level"`
	Ended     int       `json:"ended" doc:"Answered, abandoned or given up, without those who hung up at once: the denominator"`
	Within    float64   `json:"within" doc:"The queue's time, in seconds"`
}

// WallAgents are how many agents are in each state.
type WallAgents struct {
	Available int `json:"available"`
	Ringing   int `json:"ringing"`
	Talking   int `json:"talking"`
	WrapUp    int `json:"wrap_up"`
	Paused    int `json:"paused"`
	SignedOut int `json:"signed_out"`
}

type wallOutput struct{ Body WallBoard }

type wallTokenInput struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"100" doc:"Where the screen hangs"`
	}
}

// wallRate is how often a wall is told anew at most.
const wallRate = time.Second

// wall is the screen on the wall: the board, its stream, and the tokens of the screens.
func wall(a *API) {
	op := func(id, method, path, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: method, Path: "/wall" + path, Tag: "wall", Summary: summary, Perm: perm}
	}
	Add(a, op("get-wall", http.MethodGet, "", "What a screen on a wall shows: nothing about any caller", account.WallRead), a.getWall)
	stream := a.operation(op("watch-wall", http.MethodGet, "/events", "The same, as it changes: whole each time, at most once a second and at least every 15 seconds", account.WallRead))
	sse.Register(a.huma, stream, map[string]any{"wall": WallBoard{}}, a.watchWall)
	Add(a, op("list-wall-tokens", http.MethodGet, "/tokens", "The tokens of screens", account.AgentsManage), a.listWallTokens)
	create := op("create-wall-token", http.MethodPost, "/tokens", "Make a token with which a screen reads the wall and nothing else", account.AgentsManage)
	create.Status, create.Secret = http.StatusCreated, true
	Add(a, create, a.createWallToken)
	Add(a, op("delete-wall-token", http.MethodDelete, "/tokens/{id}", "Withdraw a screen's token at once", account.AgentsManage), a.deleteWallToken)
}

func (a *API) wallBoard(ctx context.Context) (WallBoard, error) {
	snap, err := a.ACD.Snapshot(ctx)
	if err != nil {
		return WallBoard{}, err
	}
	within := map[string]float64{}
	for _, q := range a.Settings.Current().ACD().Queues {
		within[q.ID] = float64(q.ServiceLevel.Within)
	}
	b := WallBoard{At: snap.At.UTC(), Queues: []WallQueue{}}
	for _, q := range snap.Queues {
		if !q.Retired {
			b.Queues = append(b.Queues, wallQueue(q, within[q.ID]))
		}
	}
	for _, g := range snap.Agents {
		b.Agents.count(g)
	}
	return b, nil
}

func wallQueue(q acd.QueueView, within float64) WallQueue {
	c := q.Counters
	out := WallQueue{
		ID: q.ID, Name: q.Name, Waiting: len(q.Waiting), Agents: q.Agents, Serving: q.Serving, Free: q.Free,
		Entered: c.Entered, Answered: c.Answered, Abandoned: c.Abandoned, InTime: c.AnsweredWithin,
		Ended: c.Answered + c.Abandoned + c.TimedOut + c.LeftByKey + c.LeftEmpty, Within: within,
	}
	for _, w := range q.Waiting {
		if out.Since.IsZero() || w.Since.Before(out.Since) {
			out.Since = w.Since.UTC()
		}
	}
	return out
}

func (w *WallAgents) count(g acd.AgentView) {
	switch {
	case g.Activity == acd.Talking:
		w.Talking++
	case g.Activity == acd.WrapUp:
		w.WrapUp++
	case g.Activity == acd.Reserved || g.Activity == acd.Ringing:
		w.Ringing++
	case g.Status == acd.SignedOut:
		w.SignedOut++
	case g.Status == acd.Paused:
		w.Paused++
	case g.PhoneBusy:
		w.Talking++
	default:
		w.Available++
	}
}

func (a *API) getWall(ctx context.Context, _ *struct{}) (*wallOutput, error) {
	b, err := a.wallBoard(ctx)
	return &wallOutput{b}, err
}

// watchWall sends the board until the client goes away, its token is withdrawn, or half an hour is over.
func (a *API) watchWall(ctx context.Context, _ *struct{}, send sse.Sender) {
	ctx, end, ok := a.beginStream(ctx)
	if !ok {
		return // the client tries again later
	}
	defer end()
	c := CallerOf(ctx)
	w, _ := a.Hub.Watch(0, func(e live.Event) bool { return e.Topic == live.Queues || e.Topic == live.Agents })
	defer w.Close()
	rate := time.NewTicker(wallRate)
	defer rate.Stop()
	for a.Accounts.Alive(c.User, c.Session, c.Token) {
		b, err := a.wallBoard(ctx)
		if err != nil || send(sse.Message{Data: b, Retry: retryMillis}) != nil {
			return
		}
		select {
		case <-rate.C:
		case <-ctx.Done():
			return
		}
		wait, stop := context.WithTimeout(ctx, pingInterval-wallRate)
		_, _, _, _ = w.Next(wait) // whatever came, or nothing: the board is sent whole
		stop()
		if ctx.Err() != nil {
			return
		}
	}
}

// isWall reports whether a token is a screen's: it reads the wall and nothing else.
func isWall(t account.Token) bool { return len(t.Scopes) == 1 && t.Scopes[0] == account.WallRead }

func (a *API) listWallTokens(context.Context, *struct{}) (*tokensOutput, error) {
	list, err := a.Accounts.Tokens()
	out := &tokensOutput{Page[Token]{Items: []Token{}}}
	for _, t := range list {
		if isWall(t.Token) {
			out.Body.Items = append(out.Body.Items, showToken(t))
		}
	}
	return out, err
}

func (a *API) createWallToken(ctx context.Context, in *wallTokenInput) (*newTokenOutput, error) {
	t := account.Token{Name: in.Body.Name, User: CallerOf(ctx).User.ID, Scopes: []account.Permission{account.WallRead}}
	made, secret, err := a.Accounts.CreateToken(ctx, ByOf(ctx), t)
	return &newTokenOutput{NewToken{showToken(account.TokenState{Token: made}), secret}}, err
}

func (a *API) deleteWallToken(ctx context.Context, in *IDInput) (*struct{}, error) {
	list, err := a.Accounts.Tokens()
	if err != nil {
		return nil, err
	}
	for _, t := range list {
		if t.ID == in.ID && isWall(t.Token) {
			return nil, a.Accounts.DeleteToken(ctx, ByOf(ctx), in.ID)
		}
	}
	return nil, fault.New(fault.NotFound, "token.not_found", "delete wall token: there is no such token %q", in.ID)
}
