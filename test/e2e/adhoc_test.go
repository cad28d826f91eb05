package e2e

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
)

// An agent makes a conference of a conversation by a code and calls a third party into it over the API. All three hear
// one another and nobody themselves; the agent sees the room at the screen, another agent does not, and may not invite.
func TestAConferenceOutOfAConversation(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	admin := b.admin()
	agent, stranger := admin.seat("1001", "8001"), admin.seat("1002", "8002")
	third := deskPhone(b, "8005")
	caller, first := conversation(t, b)
	first.keys("*5")
	var rooms struct{ Items []map[string]any }
	room := ""
	b.until(10*time.Second, "both are in a room", func() bool {
		agent.ask("GET", "/live/conferences", nil, &rooms)
		if len(rooms.Items) != 1 {
			return false
		}
		room = at(rooms.Items[0], "number")
		parties, _ := rooms.Items[0]["parties"].([]any)
		return len(parties) == 2
	})
	if want := call.AdHocPrefix; len(room) < len(want)+10 || room[:len(want)] != want {
		t.Errorf("the room is %q", room)
	}
	b.until(20*time.Second, "they hear each other", func() bool { return caller.hearsNow(agentTone) && first.hearsNow(customerTone) })

	stranger.ask("GET", "/live/conferences", nil, &rooms)
	if len(rooms.Items) != 0 {
		t.Errorf("another agent sees %v", rooms.Items)
	}
	invite := map[string]string{"number": "8005"}
	if status, body := stranger.try("POST", "/live/conferences/"+room+"/parties", invite); status != http.StatusForbidden {
		t.Errorf("another agent invites: %d %s", status, body)
	}
	if status, body := agent.try("POST", "/live/conferences/"+room+"/parties", map[string]string{"number": "6000"}); status != http.StatusNotFound {
		t.Errorf("a menu is invited: %d %s", status, body)
	}
	agent.ask("POST", "/live/conferences/"+room+"/parties", invite, nil)
	guest := third.ring()
	guest.answer(tone(thirdTone))
	b.until(30*time.Second, "all three hear one another", func() bool {
		return caller.hearsNow(agentTone) && caller.hearsNow(thirdTone) && first.hearsNow(customerTone) && first.hearsNow(thirdTone) &&
			guest.hearsNow(customerTone) && guest.hearsNow(agentTone)
	})
	together(t, ear{"the caller", caller, []float64{agentTone, thirdTone}, []float64{customerTone}},
		ear{"the agent", first, []float64{customerTone, thirdTone}, []float64{agentTone}},
		ear{"who was invited", guest, []float64{customerTone, agentTone}, []float64{thirdTone}})

	first.hangup() // the others go on
	b.until(10*time.Second, "two go on", func() bool { return caller.hearsNow(thirdTone) && guest.hearsNow(customerTone) })
	caller.hangup()
	guest.hangup()
	b.until(10*time.Second, "three records and the code's", func() bool { return len(b.calls()) >= 4 })
	r := b.callTo("700")
	if !r.went("conference "+room) || r.Disposition != "answered" || r.Agent != "1001" {
		t.Errorf("record: %s, agent %s, %+v", r.Disposition, r.Agent, r.Path)
	}
	own := slices.IndexFunc(b.calls(), func(o record) bool { return o.From == "8001" && o.To == room })
	if own < 0 || !slices.Equal(b.calls()[own].JoinedFrom, []string{r.ID}) {
		t.Errorf("the agent's leg has no record that came from %s", r.ID)
	}
}
