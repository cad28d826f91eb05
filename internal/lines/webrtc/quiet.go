package webrtc

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/pion/logging"
)

// quiet takes pion's log. What a browser sends must not fill ours, so all of it is for debugging only.
type quiet struct{ log *slog.Logger }

// NewLogger makes the log of one of pion's parts.
func (q quiet) NewLogger(scope string) logging.LeveledLogger { return part{q.log, scope} }

type part struct {
	log   *slog.Logger
	scope string
}

func (p part) say(text string) {
	p.log.LogAttrs(context.Background(), slog.LevelDebug, "webrtc", slog.String("part", p.scope), slog.String("text", text))
}

func (p part) sayf(format string, args []any) {
	if p.log.Enabled(context.Background(), slog.LevelDebug) {
		p.say(fmt.Sprintf(format, args...))
	}
}

// The levels of pion's log. The two lowest tell of every packet and are left out.

func (part) Trace(string)                    {}
func (part) Tracef(string, ...any)           {}
func (part) Debug(string)                    {}
func (part) Debugf(string, ...any)           {}
func (p part) Info(msg string)               { p.say(msg) }
func (p part) Infof(format string, a ...any) { p.sayf(format, a) }
func (p part) Warn(msg string)               { p.say(msg) }
func (p part) Warnf(f string, a ...any)      { p.sayf(f, a) }
func (p part) Error(msg string)              { p.say(msg) }
func (p part) Errorf(f string, a ...any)     { p.sayf(f, a) }
