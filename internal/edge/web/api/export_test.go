package api

// What tests look at.
const MaxDepth = maxDepth

// DecodeCursor reads a cursor.
func DecodeCursor(list, s string) (string, error) { return decodeCursor(list, s) }

// EncodeCursor makes one.
func EncodeCursor(list, after string) string { return encodeCursor(list, after) }

// CheckJSON looks at JSON before it is decoded.
func CheckJSON(data []byte) error { return checkJSON(data) }

// ForgetRequests gives everybody a fresh start, for tests that ask for more than a person would.
func (a *API) ForgetRequests() {
	for _, l := range []*limiter{a.perSource, a.perUser, a.signIns} {
		l.mu.Lock()
		clear(l.buckets)
		l.mu.Unlock()
	}
}
