package config

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Problem is one thing wrong in the boot file. Line is 0 when it concerns the whole file.
type Problem struct {
	File string
	Line int
	Text string
}

func (p Problem) String() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", p.File, p.Text)
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text)
}

// Problems are all problems of a file, in the order of the lines.
type Problems []Problem

// Error lists them, one a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Parse reads a boot file's text. The error, if any, is [Problems].
func Parse(file string, data []byte) (Config, error) {
	c := Default()
	var ps Problems
	add := func(line int, format string, args ...any) {
		ps = append(ps, Problem{file, line, fmt.Sprintf(format, args...)})
	}
	dec := toml.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	err := dec.Decode(&c)
	var unknown *toml.StrictMissingError
	var wrong *toml.DecodeError
	switch {
	case errors.As(err, &unknown):
		for _, e := range unknown.Errors {
			row, _ := e.Position()
			add(row, "unknown key %q", strings.Join(e.Key(), "."))
		}
	case errors.As(err, &wrong):
		row, _ := wrong.Position()
		add(row, "%s", strings.TrimPrefix(wrong.Error(), "toml: "))
	case err != nil:
		add(0, "%s", err)
	}
	if wrong == nil {
		lines := keyLines(data)
		check(c, func(key, format string, args ...any) { add(lines[key], key+": "+format, args...) })
	}
	if len(ps) == 0 {
		return c, nil
	}
	slices.SortStableFunc(ps, func(a, b Problem) int { return a.Line - b.Line })
	return Config{}, ps
}

// keyLines finds the line of each "table.key". It only has to agree with files that the decoder accepted.
func keyLines(data []byte) map[string]int {
	lines := map[string]int{}
	table := ""
	for i, raw := range strings.Split(string(data), "\n") {
		s := strings.TrimSpace(raw)
		if strings.HasPrefix(s, "[") && !strings.HasPrefix(s, "[[") && strings.Contains(s, "]") && !strings.Contains(s, "=") {
			table = strings.TrimSpace(s[1:strings.Index(s, "]")]) + "."
			continue
		}
		if key, _, ok := strings.Cut(s, "="); ok && !strings.HasPrefix(s, "#") {
			lines[table+strings.Trim(strings.TrimSpace(key), `"`)] = i + 1
		}
	}
	return lines
}

// check finds values that have the right type and still cannot work.
func check(c Config, bad func(key, format string, args ...any)) {
	if c.DataDir == "" {
		bad("data_dir", "must not be empty")
	}
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, c.LogLevel) {
		bad("log_level", "%q is not debug, info, warn or error", c.LogLevel)
	}
	checkSIP(c.SIP, bad)
	if _, err := netip.ParseAddr(c.Media.Address); err != nil {
		bad("media.address", "%q is not an IP address", c.Media.Address)
	}
	if c.Media.PortMin < 1024 || c.Media.PortMin%2 != 0 {
		bad("media.port_min", "%d is not an even port from 1024 on", c.Media.PortMin)
	}
	if c.Media.PortMax <= c.Media.PortMin {
		bad("media.port_max", "%d is not above port_min", c.Media.PortMax)
	}
	if c.Media.Loops < 1 || c.Media.Loops > 16 {
		bad("media.receive_loops", "%d is not from 1 to 16", c.Media.Loops)
	}
	if a, err := netip.ParseAddrPort(c.Local.Listen); err != nil || !a.Addr().IsLoopback() {
		bad("local.listen", "%q is not a loopback address and port like 127.0.0.1:8090", c.Local.Listen)
	}
	checkWeb(c.Web, bad)
	checkDAHDI(c.DAHDI, bad)
	if c.Shutdown.GraceSeconds < 0 || c.Shutdown.GraceSeconds > 600 {
		bad("shutdown.grace_seconds", "%d is not from 0 to 600", c.Shutdown.GraceSeconds)
	}
}

func checkSIP(s SIP, bad func(key, format string, args ...any)) {
	if len(s.Listen) == 0 {
		bad("sip.listen", "names no address")
	}
	tls := false
	for _, l := range s.Listen {
		p, err := parseListen(l)
		if err != nil {
			bad("sip.listen", "%s", err)
		}
		tls = tls || p.Network == "tls"
	}
	if tls && (s.TLSCert == "" || s.TLSKey == "") {
		bad("sip.listen", "tls:// needs sip.tls_cert and sip.tls_key")
	}
	if s.ExternalIP != "" {
		if _, err := netip.ParseAddr(s.ExternalIP); err != nil {
			bad("sip.external_ip", "%q is not an IP address", s.ExternalIP)
		}
	}
	if s.Realm == "" || strings.ContainsAny(s.Realm, "\"\\\r\n") {
		bad("sip.realm", "%q is not usable", s.Realm)
	}
}

// maxChannel is the highest channel of DAHDI (DAHDI_MAX_CHANNELS).
const maxChannel = 1024

func checkDAHDI(d DAHDI, bad func(key, format string, args ...any)) {
	if !slices.Contains([]string{"auto", "yes", "no"}, d.Enabled) {
		bad("dahdi.enabled", "%q is not auto, yes or no", d.Enabled)
	}
	// The kernel's field holds fifteen characters, and loads a module of this name.
	if len(d.EchoCanceller) > 15 || strings.Trim(d.EchoCanceller, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
		bad("dahdi.echo_canceller", "%q is not the name of an echo canceller like mg2, or none", d.EchoCanceller)
	}
	seen := map[int]bool{}
	for _, n := range d.Channels {
		switch {
		case n < 1 || n > maxChannel:
			bad("dahdi.channels", "%d is not from 1 to %d", n, maxChannel)
		case seen[n]:
			bad("dahdi.channels", "%d is there twice", n)
		}
		seen[n] = true
	}
}

func checkWeb(w Web, bad func(key, format string, args ...any)) {
	for key, addr := range map[string]string{"web.listen": w.Listen, "web.plain": w.Plain} {
		if _, err := netip.ParseAddrPort(addr); addr != "" && err != nil {
			bad(key, "%q is not an address and port like 0.0.0.0:8443", addr)
		}
	}
	if w.Plain != "" && w.Plain == w.Listen {
		bad("web.plain", "is the same as web.listen")
	}
	if (w.TLSCert == "") != (w.TLSKey == "") {
		bad("web.tls_cert", "needs web.tls_key, and the other way round")
	}
}
