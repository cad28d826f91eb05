package store

import (
	"encoding/binary"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// schemaVersion is the version of the data's layout that this program writes.
const schemaVersion = 1

const metaBucket = "meta"

// migrations[n] leads from version n to n+1, in one transaction each.
var migrations = [schemaVersion]func(*bolt.Tx) error{ //nolint:gochecknoglobals // a constant table
	func(*bolt.Tx) error { return nil }, // 0 → 1: an empty file
}

func (d *DB) migrate() error {
	for {
		var version uint64
		err := d.bolt.Update(func(tx *bolt.Tx) error {
			meta, err := tx.CreateBucketIfNotExists([]byte(metaBucket))
			if err != nil {
				return err
			}
			if v := meta.Get([]byte("schema")); len(v) == 8 {
				version = binary.BigEndian.Uint64(v)
			}
			if version >= schemaVersion {
				return nil
			}
			if err := migrations[version](tx); err != nil {
				return fmt.Errorf("migrate store from version %d: %w", version, err)
			}
			version++
			return meta.Put([]byte("schema"), binary.BigEndian.AppendUint64(nil, version))
		})
		if err != nil {
			return err
		}
		if version > schemaVersion {
			return fault.New(fault.Invalid, "store.newer",
				"open store: the file has version %d, this program knows %d: install the newer program", version, schemaVersion)
		}
		if version == schemaVersion {
			return nil
		}
	}
}
