// Package webadmin holds the files of the console in the browser, as `make web` has built them.
//
// They are in the program only when it is built with the tag "console": without Node there is a box without pages, and
// tests of Go need none.
package webadmin
