package account

import "github.com/dealerline/dealerline/internal/edge/store"

// Tables are the tables of accounts, to check their indexes.
func Tables() []store.Checkable {
	return []store.Checkable{&users, &credentials, &tokens, &tokenUses, &sessions}
}
