package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/care/crm/pinyin"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/test/data"
)

// times are how long one thing took, again and again.
type times []time.Duration

func (t *times) take(fn func() error) error {
	began := time.Now()
	err := fn()
	*t = append(*t, time.Since(began))
	return err
}

// show prints the middle and the slowest of a hundred.
func (t times) show(what, goal string) {
	row(what+", p50", percentile(t, 0.5), "ms", "")
	row(what+", p99", percentile(t, 0.99), "ms", goal)
}

// work is how long one thing took, and how much of it the processor worked for it: on a machine that others use too, the
// difference is what was waited for them.
type work struct{ took, own times }

// take must be called from a goroutine that is bound to its thread.
func (w *work) take(fn func() error) error {
	before := threadTime()
	err := w.took.take(fn)
	w.own = append(w.own, threadTime()-before)
	return err
}

func (w *work) show(what, goal string) {
	w.took.show(what, goal)
	row(what+", p99 of its own processor time", percentile(w.own, 0.99), "ms", "")
}

// threadTime is the processor time that this thread has used.
func threadTime() time.Duration {
	var t unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t) // it cannot fail for oneself
	return time.Duration(t.Nano())
}

// percent of callers who are no customers.
const strangers = 10

// caller is somebody's number.
func (b book) caller(r *rand.Rand) string {
	if r.IntN(100) < strangers {
		return b.Stranger(r.IntN(max(b.Calls/8, 1)))
	}
	return b.Phone(r.IntN(b.Customers))
}

const pastCalls = 10

// lookUp reads all that a call has looked up until the agent's phone rings. At the door: who has the number, and who last
// spoke with it. For the screen: the customer and the vehicles as they are today, or each of those who share the number, and
// the last ten calls.
func (o *opened) lookUp(number string) error {
	callers, err := o.crm.Callers(number)
	if err != nil {
		return err
	}
	if _, _, err := o.ledger.LastAgent(number); err != nil {
		return err
	}
	who := crm.Subject{Numbers: []string{number}}
	for _, c := range callers {
		k, err := o.crm.Known(c.ID, data.Today())
		if err != nil {
			return err
		}
		if len(callers) > 1 {
			continue
		}
		who.Customers = k.Customer.IDs()
		for _, p := range k.Customer.Phones {
			if p.Number != number {
				who.Numbers = append(who.Numbers, p.Number)
			}
		}
	}
	_, err = o.ledger.Past(who, crm.Place{}, pastCalls)
	return err
}

// benchRead measures reading from a file that lies in the page cache.
func benchRead(_ string, length time.Duration) error {
	b, err := newBook()
	if err != nil {
		return err
	}
	size, err := b.warm()
	if err != nil {
		return err
	}
	fmt.Printf("%d customers, %d vehicles, %d calls: a file of %d MiB\n", b.Customers, b.Vehicles, b.Calls, size>>20)
	var opening times
	var o *opened
	for range 5 {
		if o != nil {
			if err := o.db.Close(); err != nil {
				return err
			}
		}
		if err := opening.take(func() (err error) { o, err = b.open(); return err }); err != nil {
			return err
		}
	}
	row("open, in the page cache", percentile(opening, 1), "ms", "≤ 1000")

	runtime.LockOSThread()           // so that its processor time is that of the measurement
	r := rand.New(rand.NewPCG(7, 7)) //nolint:gosec // chosen by chance, not secret
	if err := o.pops(r, length); err != nil {
		return err
	}
	if err := o.searches(r, length); err != nil {
		return err
	}
	if err := o.pages(r, length); err != nil {
		return err
	}
	row("anonymous memory after all that (RssAnon)", ownMemory(), "MiB", "≤ 64")
	return o.db.Close()
}

func (o *opened) pops(r *rand.Rand, length time.Duration) error {
	for range 1000 { // the program's own first times
		if err := o.lookUp(o.caller(r)); err != nil {
			return err
		}
	}
	var t work
	for end := time.Now().Add(length); time.Now().Before(end); {
		number := o.caller(r)
		if err := t.take(func() error { return o.lookUp(number) }); err != nil {
			return err
		}
	}
	t.show(fmt.Sprintf("screen pop, in the page cache (%d)", len(t.took)), "≤ 1")
	row("anonymous memory after the lookups (RssAnon)", ownMemory(), "MiB", "≤ 64")
	return nil
}

// typed is a kind of thing that people type, letter by letter.
type typed struct {
	what string
	of   func(r *rand.Rand) string
	t    work
}

func (o *opened) kinds() []*typed {
	name := func(r *rand.Rand) string { return o.Customer(r.IntN(o.Customers)).Name }
	plateOf := func(r *rand.Rand) string { return o.Vehicle(r.IntN(o.Vehicles)).Plate }
	phone := func(r *rand.Rand) string { return o.Phone(r.IntN(o.Customers)) }
	tail := func(s string, n int) string { return s[max(len(s)-n, 0):] }
	return []*typed{
		{what: "a name", of: name},
		{what: "a name in pinyin", of: func(r *rand.Rand) string { return pinyin.Spellings(name(r))[0].Full() }},
		{what: "initials", of: func(r *rand.Rand) string { return pinyin.Spellings(name(r))[0].Initials() }},
		{what: "a plate", of: plateOf},
		{what: "a plate's tail", of: func(r *rand.Rand) string { return tail(plateOf(r), 4) }},
		{what: "a number", of: phone},
		{what: "a number's tail", of: func(r *rand.Rand) string { return tail(phone(r), 4) }},
		{what: "a VIN's tail", of: func(r *rand.Rand) string { return tail(o.Vehicle(r.IntN(o.Vehicles)).VIN, 8) }},
	}
}

const hitsShown = 20

// searches type names, plates and numbers letter by letter, and search at each.
func (o *opened) searches(r *rand.Rand, length time.Duration) error {
	kinds := o.kinds()
	for end := time.Now().Add(length); time.Now().Before(end); {
		for _, k := range kinds {
			text := []rune(k.of(r))
			for i := range min(len(text), 12) {
				if err := k.t.take(func() error { _, err := o.crm.Find(string(text[:i+1]), hitsShown); return err }); err != nil {
					return err
				}
			}
		}
	}
	var all work
	for _, k := range kinds {
		all.took, all.own = append(all.took, k.t.took...), append(all.own, k.t.own...)
	}
	all.show(fmt.Sprintf("search as you type (%d)", len(all.took)), "≤ 20")
	for _, k := range kinds {
		row("  "+k.what+", p99", percentile(k.t.took, 0.99), "ms", "")
	}
	return nil
}

const pageRows = 50

// list is a list that people look at, and filter.
type list struct {
	what string
	page func(r *rand.Rand, t *work) error
	t    work
}

func (o *opened) lists() []*list {
	before := func(r *rand.Rand) time.Time { return data.Today().AddDate(0, 0, -r.IntN(1000)) }
	calls := func(what string, choose func(r *rand.Rand, q *store.CallQuery)) *list {
		return &list{what: "calls " + what, page: func(r *rand.Rand, t *work) error {
			q := store.CallQuery{Limit: pageRows, To: before(r)}
			choose(r, &q)
			for range 3 {
				err := t.take(func() error {
					page, next, err := o.ledger.Search(q)
					q.Cursor = next
					return said(page, err)
				})
				if err != nil || q.Cursor == "" {
					return err
				}
			}
			return nil
		}}
	}
	customers := func(what string, f crm.CustomerFilter) *list {
		return &list{what: "customers " + what, page: func(r *rand.Rand, t *work) error {
			at := books.Range{After: o.CustomerID(r.IntN(o.Customers)), Down: r.IntN(2) == 0, Limit: pageRows}
			return t.take(func() error {
				page, _, err := o.crm.Customers(f, at)
				return said(page, err)
			})
		}}
	}
	return []*list{
		calls("of a time", func(*rand.Rand, *store.CallQuery) {}),
		calls("of a queue", func(r *rand.Rand, q *store.CallQuery) { q.Queue = data.Queues()[r.IntN(len(data.Queues()))] }),
		calls("of an agent", func(r *rand.Rand, q *store.CallQuery) { q.Agent = data.Agent(r.IntN(40)) }),
		calls("of an agent, recorded", func(r *rand.Rand, q *store.CallQuery) { q.Agent, q.Recorded = data.Agent(r.IntN(40)), true }),
		calls("abandoned", func(_ *rand.Rand, q *store.CallQuery) { q.Disposition = call.Abandoned }),
		calls("overflowed: few", func(_ *rand.Rand, q *store.CallQuery) { q.Disposition = call.Overflowed }),
		calls("of an agent, interrupted: none", func(r *rand.Rand, q *store.CallQuery) {
			q.Agent, q.Disposition = data.Agent(r.IntN(40)), call.Interrupted
		}),
		customers("all", crm.CustomerFilter{}),
		customers("who are companies", crm.CustomerFilter{Kind: crm.Company}),
		customers("who are VIPs", crm.CustomerFilter{VIP: true}),
		customers("with a tag that nobody has", crm.CustomerFilter{Tag: "?"}),
	}
}

// said writes a page as the API does.
func said(page any, err error) error {
	if err == nil {
		_, err = json.Marshal(page)
	}
	return err
}

// pages turns pages of lists, from anywhere in them.
func (o *opened) pages(r *rand.Rand, length time.Duration) error {
	lists := o.lists()
	for end := time.Now().Add(length); time.Now().Before(end); {
		for _, l := range lists {
			if err := l.page(r, &l.t); err != nil {
				return err
			}
		}
	}
	var all work
	for _, l := range lists {
		row("page of 50 "+l.what+", p99", percentile(l.t.took, 0.99), "ms", "≤ 20")
		all.took, all.own = append(all.took, l.t.took...), append(all.own, l.t.own...)
	}
	all.show("all these pages", "≤ 20")
	return nil
}

// Rounds of lookups from a page cache without the file, and lookups in each.
const coldRounds, coldLookups = 25, 40

// benchCold measures lookups in a file of which nothing lies in the page cache at first.
func benchCold(_ string, _ time.Duration) error {
	b, err := newBook()
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(8, 8)) //nolint:gosec // chosen by chance, not secret
	var opening, first, all times
	faults := int64(0)
	for range coldRounds {
		if err := b.drop(); err != nil {
			return err
		}
		var o *opened
		if err := opening.take(func() (err error) { o, err = b.open(); return err }); err != nil {
			return err
		}
		before := majorFaults()
		for i := range coldLookups {
			number := b.caller(r)
			if err := all.take(func() error { return o.lookUp(number) }); err != nil {
				return err
			}
			if i == 0 {
				first = append(first, all[len(all)-1])
			}
		}
		faults += majorFaults() - before
		if err := o.db.Close(); err != nil {
			return err
		}
	}
	row("open, page cache dropped, p50", percentile(opening, 0.5), "ms", "")
	row("open, page cache dropped, slowest", percentile(opening, 1), "ms", "≤ 1000")
	all.show(fmt.Sprintf("screen pop, page cache dropped (%d times %d)", coldRounds, coldLookups), "≤ 25")
	row("  the very first after the dropping, p50", percentile(first, 0.5), "ms", "")
	row("  pages read from disk", float64(faults)/float64(len(all)), "per lookup", "")
	disk, err := b.diskRead(r)
	disk.show("  the disk itself: one page read", "")
	return err
}

// warm reads the file once, so that it lies in the page cache as far as there is room.
func (b book) warm() (size int64, err error) {
	f, err := os.Open(b.path)
	if err != nil {
		return 0, err
	}
	defer f.Close() //nolint:errcheck // read only
	piece := make([]byte, 1<<20)
	for {
		n, err := f.Read(piece)
		if size += int64(n); err != nil {
			return size, nil //nolint:nilerr // the end; of another error the store will tell
		}
	}
}

// diskRead reads single pages of the file from anywhere, to compare with.
func (b book) diskRead(r *rand.Rand) (t times, err error) {
	if err := b.drop(); err != nil {
		return nil, err
	}
	f, err := os.Open(b.path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	info, err := f.Stat()
	if err == nil {
		err = unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_RANDOM)
	}
	page := make([]byte, 4096)
	for range 1000 {
		if err == nil {
			at := r.Int64N(info.Size()/4096) * 4096
			err = t.take(func() error { _, err := f.ReadAt(page, at); return err })
		}
	}
	return t, err
}

// drop takes the file out of the page cache. Nobody has it mapped, and all of it is on the disk.
func (b book) drop() error {
	f, err := os.Open(b.path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	if err := f.Sync(); err != nil {
		return err
	}
	return unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED)
}

// majorFaults is how often this process waited for a page from disk.
func majorFaults() int64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // it cannot fail for oneself
	return u.Majflt
}

// ownMemory is the anonymous memory of this process in MiB.
func ownMemory() float64 {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	lines := strings.Split(string(data), "\n")
	i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "RssAnon:") })
	if i < 0 {
		return 0
	}
	kb, _ := strconv.ParseFloat(strings.Fields(lines[i])[1], 64)
	return kb / 1024
}
