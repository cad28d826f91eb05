//go:build console

package webadmin

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files are the built pages: each file as .br and .gz, or plain where it does not shrink. ok is false when there are none.
func Files() (files fs.FS, ok bool) {
	sub, err := fs.Sub(dist, "dist")
	return sub, err == nil
}
