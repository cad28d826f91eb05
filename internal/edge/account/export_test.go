package account

import "time"

// DecodeSession and EncodeSession are the codec of sessions' data.
func DecodeSession(data []byte) (time.Time, map[string]any, error) { return codec{}.Decode(data) }

// EncodeSession writes a session's data.
func EncodeSession(deadline time.Time, values map[string]any) ([]byte, error) {
	return codec{}.Encode(deadline, values)
}

// ReadHash reads a password's hash and returns what computing it would cost.
func ReadHash(s string) (memory, passes uint32, err error) {
	p, err := parsePHC(s)
	return p.memory, p.passes, err
}
