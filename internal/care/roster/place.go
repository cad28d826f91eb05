package roster

import (
	"math"
	"slices"
	"strings"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// The datums of coordinates.
const (
	GCJ02 = "gcj02" // of the maps published in China: Amap, Tencent
	WGS84 = "wgs84" // of GPS, and of maps abroad
	BD09  = "bd09"  // of Baidu's maps
)

// Place is a position, as it was typed.
type Place struct {
	Lat   float64 `json:"lat"` // degrees, north is positive
	Lon   float64 `json:"lon"` // degrees, east is positive
	Datum string  `json:"datum,omitempty" enum:"gcj02,wgs84,bd09"`
}

// Validate returns what is wrong with it. An empty datum is gcj02, which is wgs84 outside China.
func (p Place) Validate() fault.Fields {
	var wrong fault.Fields
	if !(math.Abs(p.Lat) <= 90) { //nolint:staticcheck // NaN is wrong too
		wrong.Add("lat", "place.out_of_range", "%v is not within 90 degrees", p.Lat)
	}
	if !(math.Abs(p.Lon) <= 180) { //nolint:staticcheck // NaN is wrong too
		wrong.Add("lon", "place.out_of_range", "%v is not within 180 degrees", p.Lon)
	}
	if all := []string{GCJ02, WGS84, BD09}; p.Datum != "" && !slices.Contains(all, p.Datum) {
		wrong.Add("datum", "place.datum_unknown", "%q is none of %s", shorten(p.Datum), strings.Join(all, ", "))
	}
	return wrong
}

// In is the same place in another datum.
func (p Place) In(datum string) Place {
	from := p.Datum
	if from == "" {
		from = GCJ02
	}
	if from == datum {
		return Place{p.Lat, p.Lon, datum}
	}
	switch from { // to GCJ-02, which lies between the others
	case WGS84:
		p.Lat, p.Lon = obscure(p.Lat, p.Lon)
	case BD09:
		p.Lat, p.Lon = fromBaidu(p.Lat, p.Lon)
	}
	switch datum {
	case WGS84:
		p.Lat, p.Lon = invert(obscure, p.Lat, p.Lon)
	case BD09:
		p.Lat, p.Lon = toBaidu(p.Lat, p.Lon)
	}
	return Place{p.Lat, p.Lon, datum}
}

// earthKm is the mean radius of the earth (IUGG, 2a+b of WGS-84 by three).
const earthKm = 6371.0088

// Distance is how far two places are apart along the great circle, in km, which roads never are; ok is false when one
// of them is no place.
func Distance(a, b Place) (km float64, ok bool) {
	if len(a.Validate()) > 0 || len(b.Validate()) > 0 {
		return 0, false
	}
	a, b = a.In(WGS84), b.In(WGS84)
	lat1, lat2 := radians(a.Lat), radians(b.Lat)
	h := square(math.Sin((lat2-lat1)/2)) + math.Cos(lat1)*math.Cos(lat2)*square(math.Sin(radians(b.Lon-a.Lon)/2))
	return 2 * earthKm * math.Asin(math.Sqrt(min(h, 1))), true
}

func radians(degrees float64) float64 { return degrees * math.Pi / 180 }
func square(x float64) float64        { return x * x }

// The ellipsoid that GCJ-02 is reckoned on: Krasovsky's of 1940.
const (
	axis         = 6378245.0
	eccentricity = 0.00669342162296594323 // squared
)

// abroad reports whether a place is outside the rectangle around China in which GCJ-02 differs from WGS-84.
func abroad(lat, lon float64) bool {
	return lon < 72.004 || lon > 137.8347 || lat < 0.8293 || lat > 55.8271
}

// obscure takes WGS-84 to GCJ-02. The formula was never published officially; this is the one known since 2010 and
// in use by every map of China, true to centimetres.
func obscure(lat, lon float64) (float64, float64) {
	if abroad(lat, lon) {
		return lat, lon
	}
	x, y := lon-105, lat-35
	root := math.Sqrt(math.Abs(x))
	waves := (20*math.Sin(6*x*math.Pi) + 20*math.Sin(2*x*math.Pi)) * 2 / 3
	north := -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*root + waves +
		(20*math.Sin(y*math.Pi)+40*math.Sin(y/3*math.Pi))*2/3 +
		(160*math.Sin(y/12*math.Pi)+320*math.Sin(y*math.Pi/30))*2/3
	east := 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*root + waves +
		(20*math.Sin(x*math.Pi)+40*math.Sin(x/3*math.Pi))*2/3 +
		(150*math.Sin(x/12*math.Pi)+300*math.Sin(x/30*math.Pi))*2/3
	phi := radians(lat)
	magic := 1 - eccentricity*square(math.Sin(phi))
	north = north * 180 / (axis * (1 - eccentricity) / (magic * math.Sqrt(magic)) * math.Pi)
	east = east * 180 / (axis / math.Sqrt(magic) * math.Cos(phi) * math.Pi)
	return lat + north, lon + east
}

// baiduWave is the period of Baidu's second shift.
const baiduWave = math.Pi * 3000 / 180

// toBaidu takes GCJ-02 to BD-09, by the formula in common use.
func toBaidu(lat, lon float64) (float64, float64) {
	z := math.Hypot(lon, lat) + 0.00002*math.Sin(lat*baiduWave)
	theta := math.Atan2(lat, lon) + 0.000003*math.Cos(lon*baiduWave)
	return z*math.Sin(theta) + 0.006, z*math.Cos(theta) + 0.0065
}

func fromBaidu(lat, lon float64) (float64, float64) { return invert(toBaidu, lat, lon) }

// invert finds what a shift takes to a place. The shifts are of some hundred metres and change slowly, so that taking
// them back again and again comes within millimetres in a few rounds.
func invert(shift func(lat, lon float64) (float64, float64), lat, lon float64) (float64, float64) {
	atLat, atLon := lat, lon
	for range 8 {
		gotLat, gotLon := shift(atLat, atLon)
		atLat, atLon = atLat+lat-gotLat, atLon+lon-gotLon
	}
	return atLat, atLon
}
