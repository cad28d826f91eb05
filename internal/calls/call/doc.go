// Package call joins legs into calls.
package call
