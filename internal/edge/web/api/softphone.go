package api

import (
	"context"
	"net/http"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/account"
)

// SoftphoneLoan is what a page needs to be the telephone of who is signed in, for a while.
type SoftphoneLoan struct {
	Extension string    `json:"extension" doc:"User name of the SIP address, and for its password"`
	Name      string    `json:"name,omitempty"`
	Realm     string    `json:"realm" doc:"Host of the SIP address, and realm of its password"`
	Password  string    `json:"password" doc:"Lent: it opens nothing elsewhere"`
	Until     time.Time `json:"until" doc:"Registrations and calls begin by then; what has begun goes on"`
	Path      string    `json:"path" doc:"Of the WebSocket, on this origin"`
	Echo      string    `json:"echo,omitempty" doc:"The number at which one hears oneself; absent: there is none"`
}

type softphoneOutput struct{ Body SoftphoneLoan }

// softphones is the browser as a telephone.
func softphones(a *API) {
	op := Op{
		ID: "lend-softphone", Method: http.MethodPost, Path: "/live/agents/me/softphone", Tag: "live",
		Summary: "Be one's own telephone in the browser: lends a password for SIP over the WebSocket", Perm: account.AgentsSelf, Secret: true,
	}
	Add(a, op, a.lendSoftphone)
}

func (a *API) lendSoftphone(ctx context.Context, _ *struct{}) (*softphoneOutput, error) {
	c := CallerOf(ctx)
	if c.Token != nil {
		return nil, fault.New(fault.Denied, keySelf, "a telephone is lent to a person who is signed in, not to a token")
	}
	if a.Softphone == nil {
		return nil, fault.New(fault.NotFound, "softphone.none", "lend softphone: this box has none")
	}
	loan, err := a.Softphone(c.User)
	return &softphoneOutput{loan}, err
}
