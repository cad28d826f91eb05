package e2e

import (
	"testing"
	"time"
)

// A caller who withholds the number keys in the end of the plate: the screen of the agent whose phone rings shows who it
// is, before the agent answers, and the call is in the customer's time line.
func TestAWithheldCallerSaysWhoItIs(t *testing.T) {
	t.Parallel()
	b := open(t, func(b *box, d *document) {
		withLines(nil)(b, d)
		b.putPrompt("tone", toneOf(600, time.Second))
		addFlow(t, d, "who", `{"entry": "ask", "nodes": {
			"ask":  {"kind": "identify", "say": ["tone"], "timeout_seconds": 4, "tries": 2, "next": "desk", "otherwise": "end"},
			"desk": {"kind": "queue", "queue": "q_appointment"}, "end": {"kind": "hangup"}}}`, "791")
	})
	boss := b.admin()
	var customer, car map[string]any
	boss.ask("POST", "/customers", map[string]any{"name": "曾国强", "phones": []map[string]string{{"number": "13800138007"}}}, &customer)
	boss.ask("POST", "/vehicles", map[string]any{"plate": "粤B·12345", "owner": at(customer, "id")}, &car)
	one := boss.seat("1001", "8001")
	phone := agentPhone(b, "8001")
	mine := one.watch("me")

	c := trunkPeer(b).dialAs("anonymous", "791", silent)
	c.answered()
	time.Sleep(300 * time.Millisecond)
	c.keys("999#") // nobody's
	time.Sleep(500 * time.Millisecond)
	c.keys("2345#")
	ring := phone.ringWithin(20 * time.Second)
	b.until(3*time.Second, "the screen pop has come", func() bool { return mine.count("pop") == 1 })
	pop := mine.of("pop")[0].Data
	for path, want := range map[string]string{
		"card.customer": at(customer, "id"), "card.name": "曾国强", "known.0.customer.name": "曾国强", "known.0.vehicles.0.vehicle.plate": "粤B12345",
		"attrs.identified_by": "plate", "queue": "q_appointment",
	} {
		if got := at(pop, path); got != want {
			t.Errorf("the pop's %s is %s, want %s", path, got, want)
		}
	}
	ring.answer(silent)
	time.Sleep(500 * time.Millisecond)
	c.hangup()
	b.until(5*time.Second, "the call is in the time line", func() bool {
		var line map[string]any
		boss.ask("GET", "/customers/"+at(customer, "id")+"/timeline", nil, &line)
		return at(line, "items.0.kind") == "call"
	})
}
