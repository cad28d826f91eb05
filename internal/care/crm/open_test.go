package crm_test

import (
	"testing"

	"github.com/dealerline/dealerline/internal/care/crm"
)

// desk has tickets that wait, as many as it is asked for.
type desk struct{ diary }

func (d desk) Open(who crm.Subject, limit int) (list []crm.Entry, err error) {
	for i := range limit + 1 { // one too many
		list = append(list, crm.Entry{Kind: "ticket", ID: who.Customers[0], Open: true, Agent: string(rune('a' + i))})
	}
	return list, nil
}

// Only what can wait is asked for what waits, and never more than a screen holds is shown.
func TestWhatWaitsIsAskedOfWhatCanWait(t *testing.T) {
	b := open(t, diary{day("2025-01-01")}, desk{}, desk{})
	list, err := b.Open(crm.Subject{Customers: []string{"c1"}}, 3)
	if err != nil || len(list) != 3 || list[2].Agent != "c" || list[0].ID != "c1" {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err := open(t, diary{day("2025-01-01")}).Open(crm.Subject{Customers: []string{"c1"}}, 3); len(list) != 0 || err != nil {
		t.Errorf("a diary has %+v that waits, %v", list, err)
	}
}
