package sipua_test

// torture is the verdict for each message of RFC 4475 §3, coming from a stranger over UDP.
var torture = map[string]string{
	"badaspec":   "silence", // space inside the Request-URI: no request line
	"badbranch":  "200",     // branch without a name: matched the old way
	"baddate":    "403",     // a stranger's INVITE, bad Date or not
	"baddn":      "silence", // unquoted display name
	"badinv01":   "silence", // extra separators
	"badvers":    "505",     // SIP/7.0
	"bcast":      "silence", // a response to nobody
	"bext01":     "420",     // unknown extension required
	"bigcode":    "silence", // a response
	"clerr":      "silence", // body shorter than announced
	"cparam01":   "401",     // well formed REGISTER: asked for its password
	"cparam02":   "401",     // well formed REGISTER
	"dblreq":     "401",     // the second request behind the first is ignored
	"esc01":      "403",     // well formed INVITE of a stranger
	"esc02":      "501",     // a method spelt with %: unknown
	"escnull":    "401",     // escaped zero octets: well formed REGISTER
	"escruri":    "403",     // headers in the Request-URI
	"insuf":      "400",     // mandatory headers are missing
	"intmeth":    "501",     // unknown method with every odd character
	"inv2543":    "403",     // RFC 2543 without tag and branch: well formed, from a stranger
	"invut":      "403",     // unknown body, from a stranger
	"longreq":    "403",     // long, but well formed
	"ltgtruri":   "silence", // angle brackets around the Request-URI
	"lwsdisp":    "200",     // no space before <
	"lwsruri":    "silence", // space inside the Request-URI
	"lwsstart":   "silence", // several spaces in the start line
	"mcl01":      "400",     // Content-Length twice
	"mismatch01": "400",     // CSeq names another method
	"mismatch02": "400",     // CSeq names another method
	"mpart01":    "405",     // well formed MESSAGE, which we do not serve
	"multi01":    "400",     // From, To and others twice
	"ncl":        "silence", // negative Content-Length
	"noreason":   "silence", // a response
	"novelsc":    "silence", // unknown scheme with //: not parsed
	"quotbal":    "silence", // unbalanced quote
	"regaut01":   "401",     // unknown kind of Authorization
	"regbadct":   "401",     // the password comes first
	"regescrt":   "401",     // the password comes first
	"scalar02":   "silence", // numbers out of range
	"scalarlg":   "silence", // a response
	"sdp01":      "403",     // Accept without SDP, from a stranger
	"semiuri":    "200",     // semicolon in the user part
	"transports": "200",     // unknown transports in older Vias
	"trws":       "silence", // space after the start line
	"unkscm":     "416",     // unknown URI scheme
	"unksm2":     "401",     // the password comes first
	"unreason":   "silence", // a response
	"wsinv":      "481",     // well formed, whatever its white space: in a dialog that there is not
	"zeromf":     "200",     // Max-Forwards 0 concerns proxies
}
