package acd

import (
	"strconv"
	"strings"
	"time"
)

// LogLine returns an event as a line of Asterisk's queue_log, without the line feed:
//
//	epoch|callid|queuename|agent|event|data1|data2|data3|data4
//
// Times are in whole seconds, those of RINGNOANSWER and RINGCANCELED in milliseconds, as Asterisk writes them.
// The names are Asterisk's but for EXITWITHTRANSFER, FULL, JOINEMPTY, BLOCKED, CLOSED, UNKNOWNQUEUE, DISPOSITION and the words
// that begin with CALLBACK, for which
// it writes nothing and readers of such logs skip what they do not know. Events that have no place in the log
// give ok false.
func LogLine(ev Event) (line string, ok bool) {
	switch e := ev.(type) {
	case CallerEntered: // url|callerid|position
		return logLine(e.Stamp, "ENTERQUEUE", "", e.Number, number(e.Position)), true
	case CallerConnected: // holdtime|uniqueid of the agent's channel|ringtime
		return logLine(e.Stamp, "CONNECT", secs(e.Wait), strconv.FormatUint(uint64(e.Offer), 10), secs(e.Ring)), true
	case CallerDumped:
		return logLine(e.Stamp, "AGENTDUMP"), true
	case CallerAbandoned: // position|origposition|waittime
		return logLine(e.Stamp, "ABANDON", number(e.Position), number(e.OriginalPosition), secs(e.Wait)), true
	case CallerExited: // position|origposition|waittime, before it the key if it was one
		data := []string{number(e.Position), number(e.OriginalPosition), secs(e.Wait)}
		if e.Word == exitKey {
			data = append([]string{string(rune(e.Key))}, data...)
		}
		return logLine(e.Stamp, e.Word, data...), true
	case CallerRefused:
		return logLine(e.Stamp, e.Word), true
	case ConversationCompleted: // holdtime|calltime|origposition
		word := "COMPLETECALLER"
		if e.ByAgent {
			word = "COMPLETEAGENT"
		}
		return logLine(e.Stamp, word, secs(e.Wait), secs(e.Talk), number(e.OriginalPosition)), true
	case RingMissed: // ringtime
		return logLine(e.Stamp, "RINGNOANSWER", millis(e.Ring)), true
	case RingCanceled: // ringtime
		return logLine(e.Stamp, "RINGCANCELED", millis(e.Ring)), true
	case CallbackDialed: // callback|number|attempt
		return logLine(e.Stamp, "CALLBACKDIAL", e.ID, e.Number, number(e.Attempt)), true
	case CallbackFailed: // callback|attempt|cause
		return logLine(e.Stamp, "CALLBACKFAILED", e.ID, number(e.Attempt), e.Cause.String()), true
	case CallbackEnded: // outcome|attempts|call
		return logLine(e.Stamp, "CALLBACKEND", string(e.Outcome), number(e.Callback.Attempts), string(e.By)), true
	case CallDisposed: // disposition
		return logLine(e.Stamp, "DISPOSITION", e.Disposition), true
	case AgentAdded:
		if e.Paused {
			return logLine(e.Stamp, "ADDMEMBER", "PAUSED"), true
		}
		return logLine(e.Stamp, "ADDMEMBER", ""), true
	case AgentRemoved:
		return logLine(e.Stamp, "REMOVEMEMBER", ""), true
	case AgentPaused: // reason
		return logLine(e.Stamp, "PAUSE", e.Reason), true
	case AgentUnpaused:
		return logLine(e.Stamp, "UNPAUSE", ""), true
	}
	return "", false
}

func logLine(s Stamp, event string, data ...string) string {
	fields := []string{strconv.FormatInt(s.At.Unix(), 10), orNone(string(s.Call)), orNone(s.Queue), orNone(s.Agent), event}
	for _, d := range data {
		fields = append(fields, clean(d))
	}
	return strings.Join(fields, "|")
}

// orNone returns what Asterisk writes where there is no call, queue or agent.
func orNone(s string) string {
	if s == "" {
		return "NONE"
	}
	return clean(s)
}

// clean takes out what would make another field or another line of s.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '|' || r < ' ' {
			return '_'
		}
		return r
	}, s)
}

func number(n int) string           { return strconv.Itoa(n) }
func secs(d time.Duration) string   { return strconv.FormatInt(int64(d/time.Second), 10) }
func millis(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
