// Package authority makes the box's own certificates, so that the console is served over HTTPS from the first minute
// and without the internet.
//
//	authority (ECDSA P-256, ten years)  ── signs ──►  leaf (at most 397 days)
//	  may only vouch for .local, localhost,             for the host's name, appliance.local, localhost
//	  the host's own name and private addresses         and every address the host has
//
// Whoever installs the authority's certificate on a PC trusts it for nothing but the box: name constraints keep it from
// vouching for a site on the internet, even if its key is stolen (RFC 5280 §4.2.1.10). The leaf is made again when two
// thirds of its life are over, when the host's names or addresses change, and when its files are damaged. The authority
// is never made again by itself, because every PC would have to be visited: damaged files of the authority are an error
// that says what to do.
//
// A certificate from elsewhere can be used instead; it is read again when its file changes.
package authority
