package sheet

// Shielded lets tests have a panic where the library has one.
func Shielded(fn func() error) error { return shielded(fn) }
