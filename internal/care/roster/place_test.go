package roster_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/roster"
)

// near reports whether two places are within some metres, on the plane.
func near(a, b roster.Place, metres float64) bool {
	const perDegree = 111195
	dLat, dLon := (a.Lat-b.Lat)*perDegree, (a.Lon-b.Lon)*perDegree*math.Cos(a.Lat*math.Pi/180)
	return math.Hypot(dLat, dLon) <= metres
}

// The pairs are those with which other implementations of the formula are tested, to the last digit they give.
func TestDatums(t *testing.T) {
	for _, tc := range []struct {
		name     string
		wgs, gcj roster.Place
	}{
		{"Shanghai", roster.Place{Lat: 31.1774276, Lon: 121.5272106}, roster.Place{Lat: 31.17530398364597, Lon: 121.531541859215}},
		{"Shenzhen", roster.Place{Lat: 22.543847, Lon: 113.912316}, roster.Place{Lat: 22.540796131694766, Lon: 113.9171764808363}},
		{"Beijing", roster.Place{Lat: 39.911954, Lon: 116.377817}, roster.Place{Lat: 39.91334545536069, Lon: 116.38404722455657}},
		{"Berlin, where they are the same", roster.Place{Lat: 52.52, Lon: 13.405}, roster.Place{Lat: 52.52, Lon: 13.405}},
	} {
		tc.wgs.Datum, tc.gcj.Datum = roster.WGS84, roster.GCJ02
		if got := tc.wgs.In(roster.GCJ02); !near(got, tc.gcj, 0.001) || got.Datum != roster.GCJ02 {
			t.Errorf("%s: %+v, want %+v", tc.name, got, tc.gcj)
		}
		if got := tc.gcj.In(roster.WGS84); !near(got, tc.wgs, 0.01) {
			t.Errorf("%s back: %+v, want %+v", tc.name, got, tc.wgs)
		}
		tc.gcj.Datum = "" // the same by default
		if got := tc.gcj.In(roster.WGS84); !near(got, tc.wgs, 0.01) {
			t.Errorf("%s without a datum: %+v", tc.name, got)
		}
	}
	// Tiananmen as Baidu's own conversion gives it: GCJ-02 39.908692, 116.397477.
	baidu := roster.Place{Lat: 39.908692, Lon: 116.397477, Datum: roster.GCJ02}.In(roster.BD09)
	if want := (roster.Place{Lat: 39.915, Lon: 116.404}); !near(baidu, want, 15) {
		t.Errorf("Baidu: %+v, want about %+v", baidu, want)
	}
}

func TestDatumsRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6)) //nolint:gosec // random tests, not secrets
	all := []string{roster.GCJ02, roster.WGS84, roster.BD09}
	for range 3000 {
		p := roster.Place{Lat: 18 + r.Float64()*35, Lon: 74 + r.Float64()*60, Datum: all[r.IntN(3)]}
		for _, datum := range all {
			there := p.In(datum)
			if back := there.In(p.Datum); !near(back, p, 0.01) || back.Datum != p.Datum {
				t.Fatalf("%+v in %s is %+v, back %+v", p, datum, there, back)
			}
			if p.Datum != datum && near(there, p, 10) {
				t.Fatalf("%+v is the same in %s", p, datum)
			}
			if km, ok := roster.Distance(p, there); !ok || km > 0.0001 {
				t.Fatalf("%+v is %v km from itself in %s", p, km, datum)
			}
		}
	}
}

func TestDistance(t *testing.T) {
	wgs := func(lat, lon float64) roster.Place { return roster.Place{Lat: lat, Lon: lon, Datum: roster.WGS84} }
	for _, tc := range []struct {
		name string
		a, b roster.Place
		km   float64
	}{
		{"itself", wgs(31.23, 121.47), wgs(31.23, 121.47), 0},
		{"a degree of a meridian", wgs(0, 0), wgs(1, 0), 6371.0088 * math.Pi / 180},
		{"a degree of longitude at 60 degrees north", wgs(60, 0), wgs(60, 1), 55.5962},
		{"half around", wgs(0, 0), wgs(0, 180), 6371.0088 * math.Pi},
		{"pole to pole", wgs(90, 0), wgs(-90, 77), 6371.0088 * math.Pi},
		{"over the date line", wgs(0, 179.5), wgs(0, -179.5), 6371.0088 * math.Pi / 180},
		{"Beijing to Shanghai", wgs(39.9042, 116.4074), wgs(31.2304, 121.4737), 1067.3},
	} {
		km, ok := roster.Distance(tc.a, tc.b)
		back, _ := roster.Distance(tc.b, tc.a)
		if !ok || math.Abs(km-tc.km) > 0.1 || math.Abs(km-back) > 1e-9 {
			t.Errorf("%s: %v km (back %v), want %v", tc.name, km, back, tc.km)
		}
	}
	for _, bad := range []roster.Place{{Lat: 91}, {Lon: -180.1}, {Lat: math.NaN()}, {Lon: math.Inf(1)}, {Datum: "utm"}} {
		if km, ok := roster.Distance(bad, wgs(0, 0)); ok || len(bad.Validate()) == 0 {
			t.Errorf("%+v is %v km away", bad, km)
		}
	}
}

func TestReadingPlaces(t *testing.T) {
	gcj := func(lat, lon float64) roster.Place { return roster.Place{Lat: lat, Lon: lon, Datum: roster.GCJ02} }
	for _, tc := range []struct {
		text string
		want roster.Place
	}{
		{"31.2304,121.4737", gcj(31.2304, 121.4737)},
		{" 31.2304，121.4737 ", gcj(31.2304, 121.4737)},
		{"31.2304 121.4737", gcj(31.2304, 121.4737)},
		{"121.4737, 31.2304", gcj(31.2304, 121.4737)},
		{"(31.2304, 121.4737)", gcj(31.2304, 121.4737)},
		{"31.2304°N 121.4737°E", gcj(31.2304, 121.4737)},
		{"E 80.25, N 43.5", gcj(43.5, 80.25)},
		{"北纬31.2304度，东经121.4737度", gcj(31.2304, 121.4737)},
		{"北纬31.2304东经121.4737", gcj(31.2304, 121.4737)},
		{"东经80.5 北纬40", gcj(40, 80.5)},
		{"纬度：31.2304 经度：121.4737", gcj(31.2304, 121.4737)},
		{"33.8688°S, 151.2093°E", gcj(-33.8688, 151.2093)},
		{"-33.8688, 151.2093", gcj(-33.8688, 151.2093)},
		{"南纬33.5, 西经70.25", gcj(-33.5, -70.25)},
		{"geo:31.2304,121.4737;u=35", roster.Place{Lat: 31.2304, Lon: 121.4737, Datum: roster.WGS84}},
		{"geo:31.2304,121.4737,12.5", roster.Place{Lat: 31.2304, Lon: 121.4737, Datum: roster.WGS84}},
		{"https://uri.amap.com/marker?position=121.287689,31.234527&name=park", gcj(31.234527, 121.287689)},
		{"https://uri.amap.com/marker?position=121.287689,31.234527&coordinate=wgs84", roster.Place{Lat: 31.234527, Lon: 121.287689, Datum: roster.WGS84}},
		{"https://uri.amap.com/navigation?from=116.478346,39.997361,a&to=116.3246,39.966577,b&mode=car", gcj(39.966577, 116.3246)},
		{"https://wb.amap.com/?q=31.234527,121.287689,%E5%81%9C%E8%BD%A6%E5%9C%BA", gcj(31.234527, 121.287689)},
		{"https://wb.amap.com/?p=B00155QJ4B,31.234527,121.287689,%E5%81%9C%E8%BD%A6%E5%9C%BA,road", gcj(31.234527, 121.287689)},
		{"停车场 https://wb.amap.com/?q=31.234527,121.287689,x 上海市", gcj(31.234527, 121.287689)},
		{"https://apis.map.qq.com/uri/v1/marker?marker=coord:39.892326,116.342763;title:x;addr:y&referer=z", gcj(39.892326, 116.342763)},
		{"https://apis.map.qq.com/uri/v1/routeplan?type=drive&tocoord=40.010024,116.392239", gcj(40.010024, 116.392239)},
		{"HTTPS://Map.QQ.com/?pointx=116.342763&pointy=39.892326", gcj(39.892326, 116.342763)},
		{"https://map.qq.com/?type=marker&pointx=116.342763&pointy=39.892326", gcj(39.892326, 116.342763)},
		{"http://api.map.baidu.com/marker?location=40.047669,116.313082&title=x&output=html", roster.Place{Lat: 40.047669, Lon: 116.313082, Datum: roster.BD09}},
		{"http://api.map.baidu.com/marker?location=40.047669,116.313082&coord_type=gcj02", gcj(40.047669, 116.313082)},
		{"http://api.map.baidu.com/direction?destination=latlng:40.047669,116.313082%7Cname:x&coord_type=wgs84", roster.Place{Lat: 40.047669, Lon: 116.313082, Datum: roster.WGS84}},
	} {
		if got, err := roster.ParsePlace(tc.text, ""); err != nil || got != tc.want {
			t.Errorf("%q: %+v, %v, want %+v", tc.text, got, err, tc.want)
		}
	}
	if p, err := roster.ParsePlace("31.2304,121.4737", roster.WGS84); err != nil || p.Datum != roster.WGS84 {
		t.Errorf("of GPS: %+v, %v", p, err)
	}
}

func TestPlacesThatCannotBeRead(t *testing.T) {
	for _, tc := range []struct{ text, key string }{
		{"", "place.unreadable"},
		{"人民广场", "place.unreadable"},
		{"31.2304", "place.unreadable"},
		{"31.2304121.4737", "place.unreadable"},
		{"311214", "place.unreadable"},
		{"1e1, 2e1", "place.unreadable"},
		{"NaN, Inf", "place.unreadable"},
		{"0x10, 0x20", "place.unreadable"},
		{"181, 10", "place.unreadable"},
		{"100, 100", "place.unreadable"},
		{"geo:a,b", "place.unreadable"},
		{"https://example.com/?q=31.2304,121.4737", "place.unreadable"},
		{"https://notamap.com/?q=31.2304,121.4737", "place.unreadable"},
		{"https://wb.amap.com/?q=", "place.unreadable"},
		{"https://[::1/?q=31.2304,121.4737", "place.unreadable"},
		{"https://surl.amap.com/abc123", "place.short_link"},
		{"我在这 https://j.map.baidu.com/ab/CDE", "place.short_link"},
	} {
		if p, err := roster.ParsePlace(tc.text, ""); fault.KeyOf(err) != tc.key {
			t.Errorf("%q: %+v, %v", tc.text, p, err)
		}
	}
	if _, err := roster.ParsePlace("31.2304,121.4737", "utm"); fault.KeyOf(err) != "place.unreadable" {
		t.Errorf("a datum that is none: %v", err)
	}
}

func FuzzParsePlace(f *testing.F) {
	for _, s := range []string{
		"31.2304, 121.4737", "北纬31.2304度 东经121.4737度", "E121 N31", "geo:31.2,121.4;crs=wgs84",
		"https://uri.amap.com/marker?position=121.28,31.23", "x https://wb.amap.com/?p=B,31.2,121.2,n",
		"https://apis.map.qq.com/uri/v1/marker?marker=coord:39.8,116.3;title:x", "https://map.qq.com/?pointx=116.3&pointy=39.8",
		"http://api.map.baidu.com/direction?destination=name:x|latlng:40.04,116.31", "://", "https://surl.amap.com/a",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := roster.ParsePlace(text, "")
		if err != nil {
			return
		}
		if wrong := p.Validate(); len(wrong) > 0 || p.Datum == "" {
			t.Errorf("%q: %+v: %v", text, p, wrong)
		}
		if km, ok := roster.Distance(p, p.In(roster.WGS84)); !ok || math.IsNaN(km) {
			t.Errorf("%q: %+v has no distance", text, p)
		}
	})
}
