package settings

import (
	"net/netip"
	"net/url"
	"strings"
)

// Site is how the box is reached from outside the house.
type Site struct {
	// PublicURL is the address under which telephones outside reach the box's pages: "https://box.dealer.example". Empty: they
	// do not, and no SMS names a page.
	PublicURL string `json:"public_url,omitempty"`
}

// maxPublicURL leaves room for the words of an SMS.
const maxPublicURL = 100

// Page is the address of a page under a path; empty when there is none.
func (s Site) Page(path string) string {
	if s.PublicURL == "" {
		return ""
	}
	return strings.TrimSuffix(s.PublicURL, "/") + path
}

// checkSite checks the public address: an https origin that others than the box itself can reach.
func (c *checker) checkSite() {
	s := c.d.Site.PublicURL
	if s == "" {
		return
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Scheme != "https" || u.Host == "" || u.Hostname() == "" || len(s) > maxPublicURL:
		c.add("site.public_url", "%q is no address that begins with https:// and has at most %d characters", s, maxPublicURL)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" || u.ForceQuery || strings.Contains(s, "#"):
		c.add("site.public_url", "%q has more than a host and a port", s)
	default:
		host := strings.ToLower(u.Hostname())
		if ip, err := netip.ParseAddr(host); host == "localhost" || (err == nil && (ip.IsLoopback() || ip.IsUnspecified())) {
			c.add("site.public_url", "%q is reached by nobody but the box itself", s)
		}
	}
}
