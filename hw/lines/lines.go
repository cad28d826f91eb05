// Package lines holds how kinds of analog lines behave: one profile a file, read by internal/lines/fxo.
package lines

import "embed"

//go:embed *.json
var files embed.FS

// Files are the profiles shipped.
func Files() embed.FS { return files }
