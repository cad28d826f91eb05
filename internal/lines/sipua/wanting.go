package sipua

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/dealerline/dealerline/internal/lines/sipua/subscribe"
)

// defaultWatch is how long a subscription is meant that does not say so (RFC 4235 §3.4, RFC 3842 §3.4 suggest an hour).
const defaultWatch = time.Hour

// wish is what a SUBSCRIBE asks for.
type wish struct {
	about  subject
	event  string // as in NOTIFY: with its id
	life   time.Duration
	target string // Contact
	host   string // by which the phone knows us
}

// subscribed serves a SUBSCRIBE. Key is that of the subscription to refresh, "" for a new one.
func (s *Server) subscribed(req *sip.Request, tx *sip.ServerTx, key string) {
	e, ok := s.authenticate(req, tx, s.credentials(req), false)
	if !ok {
		return
	}
	w, status := wished(req)
	if status == 0 && key == "" {
		status = s.mayWatch(*e, w.about)
	}
	switch {
	case status == 423:
		s.respond(req, tx, 423, sip.NewHeader("Min-Expires", fmt.Sprint(int(subscribe.MinExpires.Seconds()))))
	case status != 0:
		s.respond(req, tx, status)
	case !s.watchers.box.Put(wanted{req: req, tx: tx, ext: e.Number, key: key, wish: w}):
		s.respond(req, tx, 503)
	}
}

// wished reads a SUBSCRIBE and returns the status that refuses it, or 0.
func wished(req *sip.Request) (wish, int) {
	event, params, _ := strings.Cut(header(req, "Event", "o"), ";")
	w := wish{event: strings.ToLower(strings.TrimSpace(event)), target: uriOf(req), host: req.Recipient.Host, life: defaultWatch}
	media := ""
	switch w.event {
	case eventDialog:
		media = subscribe.DialogInfoType
	case eventMessages:
		media = subscribe.MessagesType
	default:
		return wish{}, 489
	}
	name, err := url.PathUnescape(cleaned(req.Recipient.User))
	if err != nil || w.target == "" {
		return wish{}, 400
	}
	w.about = subject{w.event, name}
	for p := range strings.SplitSeq(params, ";") {
		if k, v, _ := strings.Cut(strings.TrimSpace(p), "="); strings.EqualFold(strings.TrimSpace(k), "id") {
			if v = strings.TrimSpace(v); v == "" || !plain(v, "%!'`", 64) {
				return wish{}, 400
			}
			w.event += ";id=" + v // RFC 6665 §8.2.1: it tells subscriptions of one dialog apart
		}
	}
	if takes := tokens(req, "Accept"); len(takes) > 0 && !slices.ContainsFunc(takes, func(v string) bool {
		return v == media || v == "*/*" || v == "application/*"
	}) {
		return wish{}, 406
	}
	if v := header(req, "Expires"); v != "" {
		w.life = expiry(v)
	}
	life, ok := subscribe.Grant(w.life)
	if !ok {
		return wish{}, 423
	}
	w.life = life
	return w, 0
}

// mayWatch judges whether an extension may watch something, and returns the status that refuses it, or 0.
func (s *Server) mayWatch(e Extension, what subject) int {
	_, extension := s.settings.Load().extensions[what.name]
	switch {
	case what.event == eventMessages && extension && what.name != e.Number:
		return 403 // how many messages wait for somebody is for nobody else
	case !extension && !s.lamps.shown(what):
		return 404
	}
	return 0
}
