package sipua

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// Limits of a registration's life.
const (
	minExpires     = time.Minute
	maxExpires     = time.Hour
	defaultExpires = time.Hour
	saveLimit      = 5 * time.Second
)

// register serves a REGISTER (RFC 3261 §10.3).
func (s *Server) register(req *sip.Request, tx *sip.ServerTx) {
	e, ok := s.authenticate(req, tx, s.credentials(req), false)
	if !ok {
		return
	}
	if req.To().Address.User != e.Number {
		s.respond(req, tx, 403) // nobody registers another's number
		return
	}
	now := time.Now()
	changes, all, status := s.wanted(req, *e, now)
	switch {
	case status == 423:
		s.respond(req, tx, 423, sip.NewHeader("Min-Expires", fmt.Sprint(int(minExpires.Seconds()))))
		return
	case status != 0:
		s.respond(req, tx, status)
		return
	case all:
		s.registrar.clear(e.Number)
	case !s.registrar.put(e.Number, changes, e.maxContacts(), now):
		s.respond(req, tx, 500)
		return
	}
	if all || len(changes) > 0 {
		s.changed()
	}
	headers := []sip.Header{sip.NewHeader("Date", now.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT"))}
	for _, b := range s.registrar.of(e.Number, now) {
		left := int(b.Expires.Sub(now).Round(time.Second).Seconds())
		headers = append(headers, sip.NewHeader("Contact", fmt.Sprintf("<%s>;expires=%d", b.Contact, left)))
	}
	s.respond(req, tx, 200, headers...)
}

// wanted reads what a REGISTER asks for: bindings to make and to remove, or the removal of all.
func (s *Server) wanted(req *sip.Request, e Extension, now time.Time) (changes []Binding, all bool, status int) {
	list := req.GetHeaders("Contact")
	list = append(list, req.GetHeaders("m")...)
	general := defaultExpires
	if v := header(req, "Expires"); v != "" {
		general = expiry(v)
	}
	if len(list) > 10 {
		return nil, false, 400
	}
	for _, h := range list {
		c, ok := h.(*sip.ContactHeader)
		if !ok {
			return nil, false, 400
		}
		if c.Address.Wildcard {
			if len(list) != 1 || header(req, "Expires") == "" || general != 0 {
				return nil, false, 400
			}
			return nil, true, 0
		}
		if !strings.HasPrefix(strings.ToLower(c.Address.Scheme), "sip") || c.Address.Host == "" {
			return nil, false, 400
		}
		life := general
		if v, ok := c.Params.Get("expires"); ok {
			life = expiry(v)
		}
		if life > 0 && life < minExpires {
			return nil, false, 423
		}
		changes = append(changes, Binding{
			Extension: e.Number, Contact: contactURI(c.Address), Source: sourceOf(req),
			Transport: kindOfTransport(req), UserAgent: header(req, "User-Agent"), CallID: req.CallID().Value(),
			Seq: req.CSeq().SeqNo, Registered: now, Expires: now.Add(min(life, maxExpires)), Reachable: true, asked: now,
		})
	}
	return changes, false, 0
}

// contactURI returns a contact's address without the headers that an address may carry.
func contactURI(u sip.Uri) string {
	u.Headers = nil
	return u.String()
}

// expiry reads a number of seconds; nonsense counts as the default (RFC 3261 §10.2.1.1).
func expiry(v string) time.Duration {
	v = strings.TrimSpace(v)
	if v == "0" {
		return 0
	}
	if d, _ := seconds(v); d > 0 {
		return d
	}
	return defaultExpires
}

// Registrations lists the registered phones.
func (s *Server) Registrations() []Binding { return s.registrar.all() }

// changed notes that the bindings have to be saved.
func (s *Server) changed() {
	select {
	case s.saved <- struct{}{}:
	default:
	}
}

func (s *Server) loadBindings() error {
	if s.cfg.Store == nil {
		return nil
	}
	list, err := s.cfg.Store.Load()
	if err != nil {
		return fault.New(fault.Unavailable, "sip.bindings", "load registrations: %w", err)
	}
	now := time.Now()
	exts := s.settings.Load().extensions
	for _, b := range list {
		e, known := exts[b.Extension]
		if (len(exts) > 0 && !known) || !b.Expires.After(now) || b.Transport != "udp" {
			continue // a connection does not outlive the program
		}
		// The clock may have been set back meanwhile: no binding lives longer than it may.
		if b.Expires.Sub(now) > maxExpires {
			b.Expires = now.Add(maxExpires)
		}
		b.asked, b.missed = time.Time{}, 0
		s.registrar.put(b.Extension, []Binding{b}, e.maxContacts(), now)
	}
	return nil
}

func (s *Server) saveBindings() {
	if s.cfg.Store == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), saveLimit)
	defer cancel()
	if err := s.cfg.Store.Save(ctx, s.registrar.all()); err != nil {
		s.log.Error("save registrations", "error", err)
	}
}

// Keep-alive of phones.
const (
	askEvery   = time.Minute
	askAtOnce  = 20
	askLimit   = 4 * time.Second
	missedMost = 2
)

// qualify sends OPTIONS to the phones whose turn it is; that also keeps their NAT open.
func (s *Server) qualify(ctx context.Context, now time.Time) {
	for _, b := range s.registrar.due(now, askEvery, askAtOnce) {
		s.wg.Go(func() {
			var uri sip.Uri
			if sip.ParseUri(b.Contact, &uri) != nil {
				return
			}
			began := time.Now()
			_, err := s.ask(ctx, s.options(uri, b.Transport, b.Source), askLimit)
			s.registrar.update(b.Extension, b.Contact, func(x *Binding) {
				if err == nil {
					x.missed, x.Reachable, x.RoundTrip = 0, true, time.Since(began)
					return
				}
				if x.missed++; x.missed >= missedMost {
					x.Reachable = false
				}
			})
		})
	}
}

// options builds an OPTIONS outside of any dialog.
func (s *Server) options(uri sip.Uri, transport string, to netip.AddrPort) *sip.Request {
	ip := s.localIP(to.Addr())
	req := s.request(sip.OPTIONS, uri, transport, to.String(), ip)
	me := fmt.Sprintf("<sip:dealerline@%s>", udpHost(ip))
	req.AppendHeader(sip.NewHeader("From", me+";tag="+newTag()))
	req.AppendHeader(sip.NewHeader("To", "<"+uri.String()+">"))
	req.AppendHeader(sip.NewHeader("Call-ID", newTag()+"@"+ip.String()))
	req.AppendHeader(sip.NewHeader("CSeq", "1 OPTIONS"))
	req.AppendHeader(sip.NewHeader("Contact", me))
	req.AppendHeader(sip.NewHeader("Accept", accept))
	req.SetBody(nil)
	return req
}
