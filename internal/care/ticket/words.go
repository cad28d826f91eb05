package ticket

import (
	"maps"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
)

// Words are what one ticket is found by: those of its subject, plate, name and telephones, of what the customer said, of its form, and of the
// comments. They are a record of their own, so that a change of state does not touch them. CBOR numbers are never reused.
type Words struct {
	Ticket string    `cbor:"1,keyasint" json:"ticket"`
	At     time.Time `cbor:"2,keyasint" json:"at"` // when the ticket was made: the newest is found first
	Words  []string  `cbor:"3,keyasint" json:"words"`
}

// How many different words a ticket is found by: those of its heading, with what the customer said, with its comments. What comes
// after is read by people only, so that one long letter does not weigh as much as ten tickets.
const (
	headWords = 60
	bodyWords = 160
	maxWords  = 240
	// maxHeard is of how many comments the words are taken when all of them are gathered anew.
	maxHeard = 100
)

// add adds the words of texts, as far as most allows.
func (w *Words) add(most int, texts ...string) {
	for _, s := range texts {
		for _, g := range words(books.HalfWidth(s)) {
			if len(w.Words) >= most {
				return
			}
			if g = books.Cut(g, books.MaxTerm); !slices.Contains(w.Words, g) {
				w.Words = append(w.Words, g)
			}
		}
	}
}

// wordsOf are the words of a ticket's own texts.
func wordsOf(t *Ticket) Words {
	w := Words{Ticket: t.ID, At: t.CreatedAt}
	w.add(headWords, t.Subject, t.Plate, t.Name)
	w.add(headWords, t.Phones...)
	w.add(bodyWords, t.Body)
	for _, id := range slices.Sorted(maps.Keys(t.Form)) {
		w.add(bodyWords, t.Form[id])
	}
	if t.Complaint != nil {
		w.add(bodyWords, t.Complaint.Cause, t.Complaint.Remedy)
	}
	return w
}

// gather writes the words of a ticket anew, with those of its comments.
func (e *Edit) gather(t Ticket) error {
	w := wordsOf(&t)
	n := 0
	for h, err := range e.tx.Entries.Find(byTicket, books.Exactly(t.ID), nil) {
		if err != nil {
			return err
		}
		if h.Text == "" {
			continue
		}
		if n++; n > maxHeard {
			break
		}
		w.add(maxWords, h.Text)
	}
	return e.tx.Words.Put(w)
}

// hear adds the words of a comment.
func (e *Edit) hear(t Ticket, text string) error {
	w, ok, err := e.tx.Words.Get(t.ID)
	if err != nil {
		return err
	}
	if !ok {
		return e.gather(t)
	}
	before := len(w.Words)
	if w.add(maxWords, text); len(w.Words) == before {
		return nil
	}
	return e.tx.Words.Put(w)
}

// findWords finds those that have all words, newest first; if there are none, those in which one begins with the longest, the
// likeliest to be rare.
func (b *Book) findWords(tx Tx, search []string, take func(Ticket) bool) error {
	for i := range search {
		search[i] = books.Cut(search[i], books.MaxTerm)
	}
	found, read := false, 0
	for id, err := range tx.Meet(search) {
		if err != nil {
			return err
		}
		if read++; read > books.MaxScan {
			return nil
		}
		t, ok, err := tx.Tickets.Get(id)
		if err != nil {
			return err
		}
		found = found || ok
		if ok && !take(t) {
			return nil
		}
	}
	if found {
		return nil
	}
	rarest := slices.MaxFunc(search, func(a, b string) int { return len(a) - len(b) })
	for w, err := range tx.Words.Find(byWord, []byte(rarest), nil) {
		if err != nil {
			return err
		}
		if read++; read > books.MaxScan {
			return nil
		}
		if !w.begins(search) {
			continue
		}
		t, ok, err := tx.Tickets.Get(w.Ticket)
		if err != nil {
			return err
		}
		if ok && !take(t) {
			return nil
		}
	}
	return nil
}

// begins reports whether each word of a search begins one of these.
func (w *Words) begins(search []string) bool {
	for _, s := range search {
		if !slices.ContainsFunc(w.Words, func(have string) bool { return len(have) >= len(s) && have[:len(s)] == s }) {
			return false
		}
	}
	return true
}
