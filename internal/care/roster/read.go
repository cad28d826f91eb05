package roster

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// maxPasted is how much of what was pasted is looked at: a link with a long name in it.
const maxPasted = 4096

// ParsePlace reads a place from what was typed or pasted:
//
//	31.2304, 121.4737        latitude, longitude; also with N/E, 北纬/东经 and °, and the other way round where that
//	                         says so or the first can be no latitude
//	geo:31.2304,121.4737     as phones share it (RFC 5870), WGS-84
//	a link to a map          Amap (position, q, p, to), Tencent (marker, tocoord, pointx), Baidu (location, destination)
//
// Plain numbers are of the datum given, and GCJ-02 when that is empty. Short links, which say where only on the
// internet, are refused with a reason of their own.
func ParsePlace(text, datum string) (Place, error) {
	if len(text) > maxPasted {
		return Place{}, unreadable()
	}
	text = strings.TrimSpace(text)
	var p Place
	var ok bool
	switch scheme, rest, _ := strings.Cut(text, ":"); {
	case strings.EqualFold(scheme, "geo"):
		numbers, _, _ := strings.Cut(rest, ";")
		p, ok = pair(numbers, WGS84, false)
	case strings.Contains(text, "://"):
		var err error
		if p, ok, err = fromLink(text[linkAt(text):]); err != nil {
			return Place{}, err
		}
	default:
		p, ok = fromTyped(text, datum)
	}
	if !ok || len(p.Validate()) > 0 {
		return Place{}, unreadable()
	}
	if p.Datum == "" {
		p.Datum = GCJ02
	}
	return p, nil
}

func unreadable() error {
	return fault.New(fault.Invalid, "place.unreadable", "read place: neither coordinates nor a link to a map that is known")
}

// linkAt is where the link begins: sharing puts the name of the place before it.
func linkAt(text string) int {
	at := strings.Index(text, "://")
	for at > 0 && (text[at-1]|0x20) >= 'a' && (text[at-1]|0x20) <= 'z' { // of either case
		at--
	}
	return at
}

// typed is two numbers as people write them, each with what says which one it is before or after it.
var typed = regexp.MustCompile(`(?i)^[(（]?\s*` + side + degrees + `(?:[,，、;；\s]+` + side + `|(` + sides + `)[:：\s]*)` + degrees + `[)）]?$`) //nolint:gochecknoglobals,lll // a constant table

const (
	sides   = `北纬|南纬|东经|西经|纬度|经度|[NSEW]`
	side    = `(?:(` + sides + `)[:：\s]*)?`
	degrees = `([+-]?[0-9]{1,3}(?:\.[0-9]{0,20})?)\s*[°º度]?\s*([NSEW])?\s*`
)

// fromTyped reads what people write. Which number is which is said by what stands at the first one.
func fromTyped(text, datum string) (Place, bool) {
	m := typed.FindStringSubmatch(text)
	if m == nil {
		return Place{}, false
	}
	first, second := strings.ToUpper(m[1]+m[3]), strings.ToUpper(m[4]+m[5]+m[7])
	return pair(sign(first)+m[2]+","+sign(second)+m[6], datum, strings.ContainsAny(first, "EW经"))
}

// sign is what the south and the west put before a number.
func sign(side string) string {
	if strings.ContainsAny(side, "SW南西") {
		return "-"
	}
	return ""
}

// pair reads two numbers. They are the latitude and the longitude, or the other way round when flipped; where the
// first cannot be a latitude, they are anyhow.
func pair(text, datum string, flipped bool) (Place, bool) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
	if len(parts) < 2 {
		return Place{}, false
	}
	lat, ok1 := number(parts[0])
	lon, ok2 := number(parts[1])
	if !ok1 || !ok2 {
		return Place{}, false
	}
	if flipped || lat > 90 || lat < -90 {
		lat, lon = lon, lat
	}
	return Place{lat, lon, datum}, true
}

var decimal = regexp.MustCompile(`^[+-]?[0-9]{1,3}(\.[0-9]{0,20})?$`) //nolint:gochecknoglobals // a constant table

func number(s string) (float64, bool) {
	if !decimal.MatchString(s) {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// parameter is where maps put the place in a link.
type parameter struct {
	host, name string
	flipped    bool // longitude first
	datum      string
	skip       int // fields before the numbers
}

// parameters are tried in order; the host is the end of the link's.
var parameters = []parameter{ //nolint:gochecknoglobals // a constant table
	{"amap.com", "position", true, GCJ02, 0}, // uri.amap.com/marker
	{"amap.com", "to", true, GCJ02, 0},       // uri.amap.com/navigation
	{"amap.com", "dest", true, GCJ02, 0},
	{"amap.com", "q", false, GCJ02, 0}, // as shared from the app: lat,lon,name
	{"amap.com", "p", false, GCJ02, 1}, // id,lat,lon,name,address
	{"map.qq.com", "marker", false, GCJ02, 0},
	{"map.qq.com", "tocoord", false, GCJ02, 0},
	{"map.qq.com", "coord", false, GCJ02, 0},
	{"map.baidu.com", "location", false, BD09, 0},
	{"map.baidu.com", "destination", false, BD09, 0},
}

// datums are the names the maps have for them in links.
var datums = map[string]string{ //nolint:gochecknoglobals // a constant table
	"wgs84": WGS84, "gps": WGS84, "gaode": GCJ02, "gcj02": GCJ02, "bd09": BD09, "bd09ll": BD09,
}

// fromLink reads a link to a map. err is of a short link.
func fromLink(text string) (p Place, ok bool, err error) {
	text, _, _ = strings.Cut(text, " ")
	link, err := url.Parse(text)
	if err != nil {
		return Place{}, false, nil //nolint:nilerr // what is no link is unreadable
	}
	host := strings.ToLower(link.Hostname())
	for _, short := range []string{"surl.amap.com", "j.map.baidu.com", "maps.app.goo.gl"} {
		if host == short {
			return Place{}, false, fault.New(fault.Invalid, "place.short_link", "read place: %s says only on the internet where it is", short)
		}
	}
	link.RawQuery = strings.ReplaceAll(link.RawQuery, ";", "%3B") // within Tencent's markers; Query would drop them
	query := link.Query()
	for _, x := range parameters {
		if within(host, x.host) && query.Has(x.name) {
			return x.read(query)
		}
	}
	if within(host, "map.qq.com") && query.Has("pointx") && query.Has("pointy") {
		p, ok = pair(query.Get("pointy")+","+query.Get("pointx"), GCJ02, false)
	}
	return p, ok, nil
}

func within(host, domain string) bool { return host == domain || strings.HasSuffix(host, "."+domain) }

// read takes the place out of the parameters of a link.
func (x parameter) read(query url.Values) (Place, bool, error) {
	value := query.Get(x.name)
	for _, mark := range []string{"coord:", "latlng:"} { // of several parts: coord:39.89,116.34;title:…, latlng:…|name:…
		if i := strings.Index(value, mark); i >= 0 {
			value = value[i+len(mark):]
		}
	}
	if i := strings.IndexAny(value, "|;"); i >= 0 {
		value = value[:i]
	}
	for range x.skip {
		_, value, _ = strings.Cut(value, ",")
	}
	datum := x.datum
	for _, name := range []string{"coord_type", "coordinate"} {
		if d, ok := datums[strings.ToLower(query.Get(name))]; ok {
			datum = d
		}
	}
	p, ok := pair(value, datum, x.flipped)
	return p, ok, nil
}
