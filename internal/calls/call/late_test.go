package call_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// gatedMenu keeps its call busy at the key 1 until the test lets it go on, and fails at the key 2.
type gatedMenu struct{ gate chan struct{} }

func (*gatedMenu) Name() string { return "slow" }

func (s *gatedMenu) Step(ev call.MenuEvent, _ time.Time) []call.MenuEffect {
	switch ev {
	case call.MenuDigit{Key: '1'}:
		<-s.gate
	case call.MenuDigit{Key: '2'}:
		panic("a fault of ours")
	}
	return nil
}

// A phone is on its way into a call which ends, or fails, at that moment: it is hung up, not left in silence.
func TestAPhoneThatComesTooLateIsHungUp(t *testing.T) {
	for name, last := range map[string]line.Event{
		"ended": line.Ended{Cause: line.NormalClearing, Remote: true}, "failed": line.Digit{Key: '2'},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				menu := &gatedMenu{make(chan struct{})}
				h := &house{menu: menu}
				m := manager(h)
				caller, late := newLeg("8001", line.Inbound), newLeg("8009", line.Inbound)
				caller.info.CallID, late.info.CallID, late.info.Replaces = "its", "late", "its"
				m.Accept(caller)
				synctest.Wait()
				caller.says(line.Digit{Key: '1'})
				synctest.Wait()
				caller.says(last)
				synctest.Wait()
				m.Accept(late)
				synctest.Wait()
				close(menu.gate)
				synctest.Wait()
				if !slices.ContainsFunc(late.told, func(c line.Command) bool { _, ok := c.(line.Hangup); return ok }) {
					t.Errorf("the late phone was told %v", late.told)
				}
				if m.Len() != 0 || len(h.records) != 2 || h.busy["8001"] != 0 || h.busy["8009"] != 0 {
					t.Errorf("%d calls, %d records, busy %v", m.Len(), len(h.records), h.busy)
				}
				end(m)
			})
		})
	}
}
