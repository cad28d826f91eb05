package call

import (
	"runtime/debug"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
)

// maxLost bounds how many records of refused calls may wait for the disk at once. It is far above what any number of
// lines brings while the disk is well; beyond it only the line's own counter knows of the call.
const maxLost = 256

// Refused writes the record of a call that its line refused before it became one, for example because all channels
// of the trunk were in use. The dealership wants to see whom it has missed. It does not wait.
func (m *Manager) Refused(info line.Info, cause line.Cause) {
	m.refused(NewID(), info, cause, Rejected)
}

func (m *Manager) refused(id ID, info line.Info, cause line.Cause, d Disposition) {
	m.mu.Lock()
	over := m.shut && len(m.calls) == 0 && m.lost == 0 // nobody waits for records any more
	if over || m.lost >= maxLost {
		m.mu.Unlock()
		m.cfg.Logger.Warn("refused call without a record", "line", info.Line, "cause", cause.String())
		return
	}
	m.lost++
	m.mu.Unlock()
	go func() {
		defer func() {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.lost--
			m.restIfIdle()
		}()
		m.writeRefused(id, info, cause, d)
	}()
}

func (m *Manager) writeRefused(id ID, info line.Info, cause line.Cause, d Disposition) {
	defer func() {
		if p := recover(); p != nil {
			m.cfg.Logger.Error("write refused call", "panic", p, "stack", string(debug.Stack()))
		}
	}()
	r := CDR{
		ID: id, Direction: info.Direction, From: info.From, To: info.To, Line: info.Line,
		Card: m.cfg.Desk.Card(info), StartedAt: info.At, EndedAt: info.At.Add(time.Since(info.At)), Language: m.policy().Language,
		Disposition: d, Cause: cause, EndedBy: "box",
	}
	leg := legRecord(info)
	leg.EndedAt, leg.Cause = r.EndedAt, cause
	r.Legs = []LegRecord{leg}
	m.publish(Started{r.ID, info.Kind.String(), info.Line, info.From, info.To, r.Card})
	m.cfg.Ledger.Finish(r)
	m.publish(Finished{r})
}
