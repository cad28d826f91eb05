//go:build !console

package webadmin

import "io/fs"

// Files are the built pages: each file as .br and .gz, or plain where it does not shrink. ok is false when there are none.
func Files() (files fs.FS, ok bool) { return nil, false }
