package settings

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/store"
)

const documentName = "settings"

// Follower works by the settings and is told when they change. It must take any document that passed the check.
type Follower func(d *Document) error

// Keeper holds the settings in force.
type Keeper struct {
	db        *store.DB
	has       func(language, id string) bool
	mu        sync.Mutex // one change at a time
	followers []Follower
	current   atomic.Pointer[Document]
	version   atomic.Uint64
}

// NewKeeper makes the keeper of a store's settings. Nothing is read before Load.
func NewKeeper(db *store.DB, has func(language, id string) bool) *Keeper {
	return &Keeper{db: db, has: has}
}

// Load reads the settings in force; without any, first is stored and taken.
func (k *Keeper) Load(ctx context.Context, first func() (*Document, error)) error {
	doc, ok, err := k.db.Document(documentName, 0)
	if err != nil {
		return fmt.Errorf("load settings: %w", err)
	}
	if !ok {
		d, err := first()
		if err != nil {
			return fmt.Errorf("make first settings: %w", err)
		}
		data, err := d.Encode()
		if err != nil {
			return err
		}
		_, err = k.As(store.Author{Name: "setup", By: store.By{Who: store.TheBox}, What: "setup"}).Import(ctx, data)
		return err
	}
	// What was in force stays in force: neither a prompt that is missing today nor a field that another version of the
	// program wrote must stop the box.
	d, err := parse(doc.Body, nil, false)
	if err != nil {
		return fmt.Errorf("load settings version %d: %w", doc.Version, err)
	}
	k.current.Store(d)
	k.version.Store(doc.Version)
	return nil
}

// Current is the document in force. It must not be changed.
func (k *Keeper) Current() *Document { return k.current.Load() }

// Version is the number of the document in force.
func (k *Keeper) Version() uint64 { return k.version.Load() }

// Follow has f told of every change from now on, and of the document in force at once.
func (k *Keeper) Follow(f Follower) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.followers = append(k.followers, f)
	return f(k.Current())
}

// Editor changes the settings on somebody's behalf: who it was stands in the audit, in the transaction of the change.
type Editor struct {
	k   *Keeper
	who store.Author
}

// As is the editor for somebody.
func (k *Keeper) As(who store.Author) Editor { return Editor{k, who} }

// Import is [Editor.Import] for somebody at the machine itself.
func (k *Keeper) Import(ctx context.Context, data []byte, by string) (version uint64, err error) {
	return k.As(store.Author{Name: by}).Import(ctx, data)
}

// Undo is [Editor.Undo] for somebody at the machine itself.
func (k *Keeper) Undo(ctx context.Context, by string) (version uint64, err error) {
	return k.As(store.Author{Name: by, What: "undo"}).Undo(ctx)
}

// Import checks a document whole, stores it as the next version and puts it in force. On an error nothing has
// changed; one that lists what is wrong with the document is [Problems].
func (e Editor) Import(ctx context.Context, data []byte) (version uint64, err error) {
	e.k.mu.Lock()
	defer e.k.mu.Unlock()
	return e.k.replace(ctx, data, e.who)
}

// storeTimeout bounds the wait for the disk when settings change.
const storeTimeout = 10 * time.Second

// replace is Import for whoever holds the lock.
func (k *Keeper) replace(ctx context.Context, data []byte, who store.Author) (version uint64, err error) {
	// Who asked may go away; what was begun is ended all the same, or what is in force and what is stored would differ.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	d, err := Parse(data, k.has)
	if err != nil {
		return 0, err
	}
	before := k.Current()
	if err := k.tell(d); err != nil {
		if before != nil {
			err = fmt.Errorf("%w (the former settings are in force again)", err)
			if back := k.tell(before); back != nil {
				err = fmt.Errorf("%w; going back: %w", err, back)
			}
		}
		return 0, err
	}
	if version, err = k.db.PutDocument(ctx, documentName, who, data, time.Now()); err != nil {
		if before != nil {
			_ = k.tell(before) // it was in force before and takes the same way back
		}
		return 0, fmt.Errorf("store settings: %w", err)
	}
	k.current.Store(d)
	k.version.Store(version)
	return version, nil
}

func (k *Keeper) tell(d *Document) error {
	for _, f := range k.followers {
		if err := f(d); err != nil {
			return fmt.Errorf("put settings in force: %w", err)
		}
	}
	return nil
}

// Undo puts the version before the one in force in force again, as a new version.
func (e Editor) Undo(ctx context.Context) (version uint64, err error) {
	k := e.k
	k.mu.Lock()
	defer k.mu.Unlock()
	doc, ok, err := k.db.Document(documentName, k.Version()-1)
	if err != nil {
		return 0, fmt.Errorf("undo settings: %w", err)
	}
	if !ok || k.Version() < 2 {
		return 0, fault.New(fault.NotFound, "settings.nothing_to_undo", "undo settings: there is no earlier version")
	}
	return k.replace(ctx, doc.Body, e.who)
}
