package crm

import (
	"encoding/binary"
	"strings"
	"unicode"

	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/crm/pinyin"
	"github.com/dealerline/dealerline/internal/care/crm/plate"
)

// The names of indexes. Keys of tails are written from the end, so that a tail is a prefix.
const (
	byPhone     = "phone"
	byPhoneTail = "phone_tail"
	byName      = "name"
	bySpelling  = "spelling"
	byInitials  = "initials"
	byHandle    = "handle" // WeChat name, e-mail address
	byPlate     = "plate"
	byPlateTail = "plate_tail"
	byVIN       = "vin"
	byVINTail   = "vin_tail"
	byCustomer  = "customer"
	byVehicle   = "vehicle"
	byOrder     = "order"
	byState     = "state"
	byRank      = "rank"
)

// The indexes of each kind of record, by name.
//
//nolint:gochecknoglobals // constant tables
var (
	CustomerKeys = books.Keys[Customer]{
		byPhone: func(c Customer) [][]byte {
			return found(c, func(k *keys) { k.numbers(c, func(n string) string { return n }) })
		},
		byPhoneTail: func(c Customer) [][]byte { return found(c, func(k *keys) { k.numbers(c, phone.Reversed) }) },
		byName:      func(c Customer) [][]byte { return found(c, func(k *keys) { k.name(c.Name); k.name(c.Contact) }) },
		bySpelling: func(c Customer) [][]byte {
			return found(c, func(k *keys) { k.spelling(c.Name); k.spelling(c.Contact) })
		},
		byInitials: func(c Customer) [][]byte {
			return found(c, func(k *keys) { k.initials(c.Name); k.initials(c.Contact) })
		},
		byHandle: func(c Customer) [][]byte {
			return found(c, func(k *keys) { k.Add(strings.ToLower(c.WeChat)); k.Add(strings.ToLower(c.Email)) })
		},
	}
	VehicleKeys = books.Keys[Vehicle]{
		byPlate: func(v Vehicle) [][]byte {
			folded := plate.Fold(v.Plate)
			return books.TermsOf(folded, plate.WithoutProvince(folded))
		},
		byPlateTail: func(v Vehicle) [][]byte { return books.TermsOf(plate.Reversed(v.Plate)) },
		byVIN:       func(v Vehicle) [][]byte { return books.TermsOf(v.VIN) },
		byVINTail:   func(v Vehicle) [][]byte { return books.TermsOf(phone.Reversed(v.VIN)) },
		byCustomer:  func(v Vehicle) [][]byte { return books.TermsOf(append([]string{v.Owner}, v.Users...)...) },
	}
	VisitKeys = books.Keys[Visit]{
		byVehicle:  func(v Visit) [][]byte { return books.NewestFirst(v.Vehicle, v.At) },
		byCustomer: func(v Visit) [][]byte { return books.NewestFirst(v.Customer, v.At) },
		byOrder:    func(v Visit) [][]byte { return books.TermsOf(v.Order) },
	}
	RelationKeys = books.Keys[Relation]{byCustomer: func(r Relation) [][]byte { return books.TermsOf(r.From, r.To) }}
	MergingKeys  = books.Keys[Merging]{byCustomer: func(m Merging) [][]byte { return books.TermsOf(m.Winner, m.Loser) }}
	ReviewKeys   = books.Keys[Review]{
		byCustomer: func(r Review) [][]byte { return books.TermsOf(r.A, r.B) },
		byState:    func(r Review) [][]byte { return books.TermsOf(r.State) },
	}
	ValueKeys = books.Keys[Value]{byRank: func(v Value) [][]byte {
		if v.Rank == 0 {
			return nil
		}
		return [][]byte{rankKey(v.Rank)}
	}}
)

func rankKey(rank int) []byte {
	return binary.BigEndian.AppendUint32(nil, uint32(rank)) //nolint:gosec // customers are counted in millions
}

const (
	personRunes  = 4  // longer names are those of companies
	insideTerms  = 12 // at how many places inside a company's name a search may begin
	maxNameRunes = 10
)

// keys gathers the keys of one record in one index.
type keys struct{ books.Terms }

// found makes the keys of a customer who is to be found: one who was merged into another is not.
func found(c Customer, fill func(k *keys)) [][]byte {
	if c.MergedInto != "" {
		return nil
	}
	var k keys
	fill(&k)
	return k.List()
}

func (k *keys) numbers(c Customer, form func(string) string) {
	for _, p := range c.Phones {
		k.Add(form(p.Number))
	}
}

// plainName is a name as it is compared: small letters, full-width ones made plain, without blanks and dots.
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '·' || r == '.' || r == '-' {
			return -1
		}
		return unicode.ToLower(r)
	}, books.HalfWidth(s))
}

// name adds a name as a whole, and the beginning of what follows from each of its characters on but the last: 王建国, 建国.
func (k *keys) name(name string) {
	name = plainName(name)
	k.Add(name)
	runes := []rune(name)
	for i := range min(max(len(runes)-1, min(len(runes), 1)), insideTerms) {
		k.Add(string(runes[i:min(i+maxNameRunes, len(runes))]))
	}
}

// spelling adds a name's spellings, the likely one also without the surname, and with the first letters of what follows
// the surname: wangjianguo, jianguo, wangjg. A company's is added from each syllable on.
func (k *keys) spelling(name string) {
	for i, s := range pinyin.Spellings(name) {
		k.lettered(s.Full())
		if i > 0 {
			continue
		}
		last := min(len(s)-1, 1)
		if len(s) > personRunes {
			last = min(len(s)-1, insideTerms)
		}
		for j := 1; j <= last; j++ {
			k.lettered(s[j:].Full())
		}
		if len(s) > 1 && len(s) <= personRunes {
			k.lettered(s[0] + s[1:].Initials())
		}
	}
}

// initials adds the first letters of a name's spellings: wjg, and jg; a company's from each syllable on.
func (k *keys) initials(name string) {
	for i, s := range pinyin.Spellings(name) {
		letters := s.Initials()
		k.lettered(letters)
		for j := 1; i == 0 && j < min(len(letters)-1, insideTerms); j++ {
			k.lettered(letters[j:])
		}
	}
}

// lettered adds a spelling, which ü makes ambiguous: people type lv and lu.
func (k *keys) lettered(s string) {
	k.Add(s)
	if strings.Contains(s, "v") {
		k.Add(strings.ReplaceAll(s, "v", "u"))
	}
}
