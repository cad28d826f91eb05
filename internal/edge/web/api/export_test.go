package api

// What tests look at.
const MaxDepth = maxDepth

// DecodeCursor reads a cursor.
func DecodeCursor(list, s string) (string, error) { return decodeCursor(list, s) }

// EncodeCursor makes one.
func EncodeCursor(list, after string) string { return encodeCursor(list, after) }

// CheckJSON looks at JSON before it is decoded.
func CheckJSON(data []byte) error { return checkJSON(data) }
