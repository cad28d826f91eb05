package prompt

import (
	"embed"
	"io/fs"
)

//go:embed all:files
var files embed.FS

// Shipped returns the recordings built into the program.
func Shipped() fs.FS {
	sub, err := fs.Sub(files, "files")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return sub
}
