// Package text holds what the box says to people over HTTP: one message for each key of a fault, in every language of
// the console. Who adds a key adds its texts; a test finds keys without one.
package text
