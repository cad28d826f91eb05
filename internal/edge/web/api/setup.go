package api

import (
	"context"
	"net/http"

	"github.com/dealerline/dealerline/internal/edge/account"
)

// SetupState is how far a new box is.
type SetupState struct {
	Needed bool `json:"needed" doc:"There is no administrator yet: the setup code makes the first one"`
}

type setupStateOutput struct{ Body SetupState }

type setupInput struct {
	Client string `header:"User-Agent"`
	Body   struct {
		Code     string `json:"code" maxLength:"40" doc:"Printed on the box's label and console"`
		Login    string `json:"login" maxLength:"64"`
		Name     string `json:"name" maxLength:"100"`
		Password string `json:"password" maxLength:"128"`
		Language string `json:"language,omitempty" enum:"zh-CN,en"`
	}
}

// setup is how the first administrator gets in.
func setup(a *API) {
	Add(a, Op{
		ID: "get-setup", Method: http.MethodGet, Path: "/setup", Tag: "setup", Perm: Public,
		Summary: "Whether the box waits for its first administrator",
	}, a.getSetup)
	Add(a, Op{
		ID: "create-first-admin", Method: http.MethodPost, Path: "/setup/admin", Tag: "setup", Perm: Public, Secret: true,
		Summary: "Make the first administrator with the setup code, and sign in", Status: http.StatusCreated,
	}, a.createFirstAdmin)
}

func (a *API) getSetup(context.Context, *struct{}) (*setupStateOutput, error) {
	needed, err := a.Accounts.NeedsSetup()
	return &setupStateOutput{SetupState{needed}}, err
}

func (a *API) createFirstAdmin(ctx context.Context, in *setupInput) (*meOutput, error) {
	b := in.Body
	by := ByOf(ctx)
	by.Who = "setup"
	u, err := a.Accounts.Setup(ctx, by, b.Code, account.User{Login: b.Login, Name: b.Name, Language: b.Language}, b.Password)
	if err != nil {
		return nil, err
	}
	return a.beginSession(ctx, u, in.Client)
}
