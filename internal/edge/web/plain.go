package web

import (
	"bytes"
	_ "embed"
	"html/template"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"github.com/dealerline/dealerline/internal/edge/web/text"
)

//go:embed certificate.html
var certificatePage string

// Certifier is the box's certificate authority, as the plain page shows it.
type Certifier interface {
	// Certificate is PEM, DER the same for Windows and phones; both are nil with a certificate from elsewhere.
	Certificate() []byte
	DER() []byte
	Fingerprint() string
}

// Plain is the handler of the port without TLS: the authority's certificate with the steps to install it, and for all
// else the way to HTTPS on the given port.
func Plain(ca Certifier, httpsPort int) (http.Handler, error) {
	page, err := template.New("certificate").Parse(certificatePage)
	if err != nil {
		return nil, err
	}
	p := plain{ca, httpsPort, page}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.index)
	mux.HandleFunc("GET /ca.crt", func(w http.ResponseWriter, r *http.Request) {
		p.download(w, r, "application/x-x509-ca-cert", "dealerline-ca.crt", ca.DER())
	})
	mux.HandleFunc("GET /ca.pem", func(w http.ResponseWriter, r *http.Request) {
		p.download(w, r, "application/x-pem-file", "dealerline-ca.pem", ca.Certificate())
	})
	mux.HandleFunc("GET /", p.redirect)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "use HTTPS", http.StatusForbidden) // what was sent is known to the network by now
	})
	return mux, nil
}

type plain struct {
	ca        Certifier
	httpsPort int
	page      *template.Template
}

// target is where a request is meant to go; ok is false when the host named is none.
func (p plain) target(r *http.Request) (url string, ok bool) {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	if ip, err := netip.ParseAddr(host); err == nil && ip.Is6() {
		host = "[" + host + "]"
	} else if err != nil && (host == "" || strings.Trim(strings.ToLower(host), "abcdefghijklmnopqrstuvwxyz0123456789.-") != "") {
		return "", false
	}
	if p.httpsPort != 443 {
		host += ":" + strconv.Itoa(p.httpsPort)
	}
	return "https://" + host, true
}

func (p plain) redirect(w http.ResponseWriter, r *http.Request) {
	url, ok := p.target(r)
	if !ok {
		http.Error(w, "no such host", http.StatusBadRequest)
		return
	}
	http.Redirect(w, r, url+"/"+strings.TrimLeft(r.URL.RequestURI(), "/\\"), http.StatusTemporaryRedirect)
}

func (p plain) download(w http.ResponseWriter, r *http.Request, kind, name string, data []byte) {
	if data == nil {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(data) // a client that went away needs no answer
}

func (p plain) index(w http.ResponseWriter, r *http.Request) {
	url, ok := p.target(r)
	if !ok || p.ca.DER() == nil {
		p.redirect(w, r)
		return
	}
	var out bytes.Buffer
	err := p.page.Execute(&out, map[string]any{
		"Chinese": text.Choose(r.Header.Get("Accept-Language")) == text.Chinese, "URL": url, "Fingerprint": p.ca.Fingerprint(),
	})
	if err != nil {
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(out.Bytes()) // a client that went away needs no answer
}
