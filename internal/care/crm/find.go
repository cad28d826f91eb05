package crm

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/crm/plate"
	"github.com/dealerline/dealerline/internal/care/crm/vin"
)

// By what somebody was found.
const (
	HitPhone       = "phone"
	HitPhoneTail   = "phone_tail"
	HitPhoneBegin  = "phone_begin"
	HitPlate       = "plate"
	HitPlateTail   = "plate_tail"
	HitPlateBegin  = "plate_begin"
	HitVIN         = "vin"
	HitVINTail     = "vin_tail"
	HitVINBegin    = "vin_begin"
	HitName        = "name"
	HitNameBegin   = "name_begin"
	HitNameInside  = "name_inside"
	HitSpelling    = "pinyin"
	HitSpellBegin  = "pinyin_begin"
	HitInitials    = "initials"
	HitInitialsBeg = "initials_begin"
	HitHandle      = "handle" // WeChat name or e-mail address
)

// ranks orders hits: what is whole before what is a part, what few have before what many have.
//
//nolint:gochecknoglobals // a constant table
var ranks = map[string]int{
	HitPhone: 100, HitVIN: 98, HitPlate: 96, HitHandle: 94, HitName: 90, HitSpelling: 84, HitInitials: 80, HitPhoneTail: 70, HitVINTail: 72,
	HitPlateTail: 74, HitNameBegin: 66, HitPlateBegin: 64, HitVINBegin: 60, HitPhoneBegin: 58, HitSpellBegin: 56, HitInitialsBeg: 54,
	HitNameInside: 50,
}

// Hit is a customer, a vehicle or both that a search found.
type Hit struct {
	Customer Customer `json:"customer,omitzero"` // no ID: a vehicle without an owner
	Vehicle  *Vehicle `json:"vehicle,omitempty"`
	By       string   `json:"by"`
	Match    string   `json:"match"` // the number, plate, VIN or name that fits
	Rank     int      `json:"rank"`  // more is better
}

const (
	// MaxHits bounds a search.
	MaxHits = 50
	// maxReads bounds how many rows one seek reads: a search for "w" must not read half the customers.
	maxReads = 2*MaxHits + spareReads
	// spareReads are those beyond what is wanted: several keys may lead to one customer.
	spareReads = 20
	// The shortest tails that are looked for: shorter ones fit everybody.
	minPhoneTail, minPlateTail, minVINTail = 4, 3, 6
	maxPlateTail                           = 6
	maxQuery                               = 64
)

// Find finds customers and vehicles by any phone, plate, VIN or name, whole or in part, best first.
func (b *Book) Find(query string, limit int) (hits []Hit, err error) {
	query = strings.TrimSpace(books.Cut(strings.ToValidUTF8(books.HalfWidth(books.Cut(query, 4*maxQuery)), ""), maxQuery))
	limit = min(max(limit, 1), MaxHits)
	err = b.books.View(func(tx Tx) error {
		s := search{tx: tx, limit: limit, reads: 2*limit + spareReads, seen: map[string]bool{}}
		s.run(query)
		hits = s.best()
		return s.err
	})
	return hits, err
}

// search is one search in the making.
type search struct {
	tx    Tx
	limit int
	reads int // how many rows one seek reads at most
	hits  []Hit
	seen  map[string]bool
	err   error
}

func (s *search) run(query string) {
	switch {
	case query == "":
	case strings.Trim(query, "0123456789+-() ") == "":
		s.digits(phone.Normalize(query))
	default:
		code := plate.Normalize(query)
		if plate.Begins(code) {
			s.plates(code)
		} else if ascii(code) && (strings.ContainsAny(code, "0123456789") || len(code) >= minVINTail) {
			s.plates(code)
			s.vins(code)
		}
		s.names(plainName(query))
		s.handle(strings.ToLower(query))
	}
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return (r < '0' || r > '9') && (r < 'A' || r > 'Z') })
}

// digits looks for what is said in digits: a number, the tail of a number, of a plate, of a VIN.
func (s *search) digits(n string) {
	if n == "" || n == "+" {
		return
	}
	s.customers(byPhone, n, func(c Customer) (by, match string) {
		if c.HasPhone(n) {
			return HitPhone, n
		}
		return HitPhoneBegin, c.number(func(p string) bool { return strings.HasPrefix(p, n) })
	})
	if len(n) >= minPhoneTail {
		s.customers(byPhoneTail, phone.Reversed(n), func(c Customer) (by, match string) {
			return HitPhoneTail, c.number(func(p string) bool { return strings.HasSuffix(p, n) })
		})
	}
	if len(n) >= minPlateTail && len(n) <= maxPlateTail {
		s.plateTail(n)
	}
	if len(n) >= minVINTail {
		s.vinTail(n)
	}
}

// number is the first of the customer's numbers that fits.
func (c *Customer) number(fits func(string) bool) string {
	for _, p := range c.Phones {
		if fits(p.Number) {
			return p.Number
		}
	}
	return ""
}

func (s *search) plates(code string) {
	folded := plate.Fold(code)
	s.vehicles(byPlate, folded, func(v Vehicle) (by, match string) {
		if full := plate.Fold(v.Plate); full == folded || plate.WithoutProvince(full) == folded {
			return HitPlate, v.Plate
		}
		return HitPlateBegin, v.Plate
	})
	if n := len([]rune(code)); n >= minPlateTail && n <= maxPlateTail {
		s.plateTail(code)
	}
}

func (s *search) plateTail(tail string) {
	s.vehicles(byPlateTail, plate.Reversed(tail), func(v Vehicle) (by, match string) { return HitPlateTail, v.Plate })
}

func (s *search) vins(code string) {
	if code = vin.Normalize(code); len(code) < minPhoneTail {
		return
	}
	s.vehicles(byVIN, code, func(v Vehicle) (by, match string) {
		if v.VIN == code {
			return HitVIN, v.VIN
		}
		return HitVINBegin, v.VIN
	})
	if len(code) >= minVINTail {
		s.vinTail(code)
	}
}

func (s *search) vinTail(tail string) {
	if len(tail) == vin.Length {
		return
	}
	s.vehicles(byVINTail, phone.Reversed(tail), func(v Vehicle) (by, match string) { return HitVINTail, v.VIN })
}

func (s *search) names(name string) {
	if name == "" {
		return
	}
	judge := func(c Customer) (by, match string) {
		for _, have := range []string{c.Name, c.Contact} {
			switch have, full := plainName(have), have; {
			case have == "":
			case have == name:
				return HitName, full
			case strings.HasPrefix(have, name):
				return HitNameBegin, full
			case strings.Contains(have, name):
				return HitNameInside, full
			}
		}
		return "", "" // it only begins alike
	}
	s.customers(byName, name, judge)
	if runes := []rune(name); len(runes) > maxNameRunes { // inside a name no more than its next characters are keys
		s.customers(byName, string(runes[:maxNameRunes]), judge)
	}
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789") == "" {
		s.letters(name)
	}
}

// letters looks for names by spelling and initials. What the key was is not known, only that it begins so; a whole key is
// the first of all that begin with it.
func (s *search) letters(name string) {
	for _, x := range []struct{ index, whole, begin string }{
		{byInitials, HitInitials, HitInitialsBeg}, {bySpelling, HitSpelling, HitSpellBegin},
	} {
		s.seek(x.index, books.Exactly(name), func(c Customer) (by, match string) { return x.whole, c.Name })
		s.customers(x.index, name, func(c Customer) (by, match string) { return x.begin, c.Name })
	}
}

func (s *search) handle(q string) {
	s.seek(byHandle, books.Exactly(q), func(c Customer) (by, match string) {
		if strings.EqualFold(c.WeChat, q) {
			return HitHandle, c.WeChat
		}
		return HitHandle, c.Email
	})
}

func (s *search) customers(index, prefix string, judge func(Customer) (by, match string)) {
	s.seek(index, []byte(books.Cut(prefix, books.MaxTerm)), judge)
}

// seek reads the customers from a key on; judge says by what each was found, nothing when it was not.
func (s *search) seek(index string, prefix []byte, judge func(Customer) (by, match string)) {
	n := 0
	for c, err := range s.tx.Customers.Find(index, prefix, nil) {
		if err != nil {
			s.err = cmp.Or(s.err, err)
			return
		}
		if by, match := judge(c); by != "" {
			s.add(Hit{Customer: c, By: by, Match: match})
		}
		if n++; n >= s.reads {
			return
		}
	}
}

func (s *search) vehicles(index, prefix string, judge func(Vehicle) (by, match string)) {
	n := 0
	for v, err := range s.tx.Vehicles.Find(index, []byte(books.Cut(prefix, books.MaxTerm)), nil) {
		if err != nil {
			s.err = cmp.Or(s.err, err)
			return
		}
		by, match := judge(v)
		s.add(Hit{Vehicle: &v, By: by, Match: match})
		if n++; n >= s.reads {
			return
		}
	}
}

// add takes a hit in, the best one for each customer and vehicle.
func (s *search) add(h Hit) {
	h.Rank = ranks[h.By]
	key := h.Customer.ID
	if h.Vehicle != nil {
		key = "v" + h.Vehicle.ID
	}
	if s.seen[key] {
		for i := range s.hits {
			if old := &s.hits[i]; old.is(h) && old.Rank < h.Rank {
				*old = h
			}
		}
		return
	}
	s.seen[key] = true
	s.hits = append(s.hits, h)
}

func (h *Hit) is(o Hit) bool {
	if h.Vehicle != nil || o.Vehicle != nil {
		return h.Vehicle != nil && o.Vehicle != nil && h.Vehicle.ID == o.Vehicle.ID
	}
	return h.Customer.ID == o.Customer.ID
}

// best orders the hits, takes the first and looks up the owners of the vehicles among them.
func (s *search) best() []Hit {
	slices.SortStableFunc(s.hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(b.Rank, a.Rank), before01(a.Customer.VIP, b.Customer.VIP), cmp.Compare(a.Match, b.Match))
	})
	hits := s.hits[:min(len(s.hits), s.limit)]
	for i := range hits {
		v := hits[i].Vehicle
		if v == nil {
			continue
		}
		for _, id := range append([]string{v.Owner}, v.Users...) {
			if id == "" {
				continue
			}
			c, ok, err := s.tx.Customers.Get(id)
			if s.err = cmp.Or(s.err, err); ok {
				hits[i].Customer = c
				break
			}
		}
	}
	return hits
}
