package store

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"

	bolt "go.etcd.io/bbolt"

	"github.com/dealerline/dealerline/internal/base/hlc"
)

// wind makes the store's clock: the file knows its number among all machines and the last stamp it wrote, so that a
// machine whose battery has died does not write stamps older than its own.
func (d *DB) wind() error {
	var node uint32
	var last hlc.Stamp
	err := d.bolt.Update(func(b *bolt.Tx) error {
		meta := b.Bucket([]byte(metaBucket))
		if v := meta.Get([]byte("hlc")); len(v) == 8 {
			last = hlc.Stamp(binary.BigEndian.Uint64(v))
		}
		if v := meta.Get([]byte("node")); len(v) == 4 {
			node = binary.BigEndian.Uint32(v)
			return nil
		}
		node = 1 + rand.Uint32N(1<<32-1) //nolint:gosec // it must be different elsewhere, not secret
		return meta.Put([]byte("node"), binary.BigEndian.AppendUint32(nil, node))
	})
	if err != nil {
		return fmt.Errorf("read the store's clock: %w", err)
	}
	d.clock = hlc.New(node, last)
	return nil
}

// keepStamp notes the last stamp, in the transaction that uses it.
func (d *DB) keepStamp(b *bolt.Tx) error {
	return b.Bucket([]byte(metaBucket)).Put([]byte("hlc"), binary.BigEndian.AppendUint64(nil, uint64(d.clock.Last())))
}
