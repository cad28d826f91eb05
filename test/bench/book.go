package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/test/data"
)

// bookParts is the share of the full dealership that is measured unless STORE_BENCH says otherwise: one part of so many.
const bookParts = 20

// bookDir keeps files from one run to the next.
const bookDir = "var/bench"

// book is a dealership's data in a store's file.
type book struct {
	data.Dealership
	path string
}

// newBook says which data is measured: STORE_BENCH=full, or one part of so many.
func newBook() (book, error) {
	parts := bookParts
	switch s := os.Getenv("STORE_BENCH"); s {
	case "":
	case "full":
		parts = 1
	default:
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return book{}, fmt.Errorf("STORE_BENCH is %q: full, or a number of parts", s)
		}
		parts = n
	}
	d := data.Full().Part(parts)
	name := fmt.Sprintf("book-%d-%d-%d-%d-%d.db", data.Layout, d.Seed, d.Customers, d.Vehicles, d.Calls)
	return book{d, filepath.Join(bookDir, name)}, nil
}

// benchBook measures the store at work: each measurement is a process of its own, as memory counts too.
func benchBook(_ string, length time.Duration) error {
	b, err := newBook()
	if err != nil {
		return err
	}
	if err := b.load(); err != nil {
		return err
	}
	for _, name := range []string{"book-read", "book-cold", "book-write"} {
		if err := again(nil, name, length); err != nil {
			return err
		}
	}
	return benchCommits()
}

// load makes the file if it is not there.
func (b book) load() error {
	if _, err := os.Stat(b.path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	began := time.Now()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	err := b.Load(context.Background(), b.path, log, func(kind string, n int) {
		fmt.Fprintf(os.Stderr, "\r%s: %d  ", kind, n)
	})
	fmt.Fprint(os.Stderr, "\r")
	if err == nil {
		row("load of the data", time.Since(began).Seconds(), "s", "")
	}
	return err
}

// again runs a measurement in a process of its own, perhaps as the argument of another program.
func again(under []string, name string, length time.Duration) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	args := append(under, self, "-only", name, "-seconds", strconv.Itoa(int(length.Seconds()))) //nolint:gocritic // nobody keeps it
	c := exec.Command(args[0], args[1:]...)                                                     //nolint:noctx,gosec // ends by itself
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// opened is the open store with who reads it.
type opened struct {
	book
	db     *store.DB
	crm    *crm.Book
	ledger *store.Ledger
}

func (b book) open() (*opened, error) {
	quiet := slog.New(slog.DiscardHandler)
	db, err := store.Open(b.path, quiet)
	if err != nil {
		return nil, err
	}
	return &opened{b, db, crm.New(store.Books{DB: db}), store.NewLedger(db, quiet)}, nil
}

// writing lets the store write until the function it returns is called.
func (o *opened) writing() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = o.db.Run(ctx) // it returns the context's cause
	}()
	return func() {
		cancel()
		<-ended
	}
}

// commits is how many commits are counted.
const commits = 200

// benchCommits counts the system calls by which commits are made durable, as strace sees them.
func benchCommits() error {
	out, err := os.CreateTemp("", "strace")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name()) //nolint:errcheck // temporary
	if err := out.Close(); err != nil {
		return err
	}
	if _, err := exec.LookPath("strace"); err != nil {
		fmt.Println("commits: not counted without strace")
		return nil
	}
	if err := again([]string{"strace", "-f", "-o", out.Name(), "-e", "trace=fsync,fdatasync,msync,pwrite64"}, "book-commits", 0); err != nil {
		return err
	}
	trace, err := os.ReadFile(out.Name())
	if err != nil {
		return err
	}
	_, during, _ := strings.Cut(string(trace), "\"commits begin\"")
	during, _, _ = strings.Cut(during, "\"commits end\"")
	syncs := strings.Count(during, "fdatasync(") + strings.Count(during, "fsync(") + strings.Count(during, "msync(")
	row("commit: calls of fdatasync", float64(syncs)/commits, "per commit", "2")
	row("commit: writes to the file", float64(strings.Count(during, "pwrite64("))/commits, "per commit", "")
	return nil
}
