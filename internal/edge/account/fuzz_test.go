package account_test

import (
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/edge/account"
)

func FuzzParseToken(f *testing.F) {
	f.Add("dlt_0189f0000000700080000000000000ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("dlt_")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		id, secret, ok := account.ParseToken(s)
		if !ok {
			return
		}
		if len(id) != 36 || len(secret) != 32 || !strings.HasPrefix(s, "dlt_") {
			t.Errorf("%q: %q %x", s, id, secret)
		}
	})
}

func FuzzSessionData(f *testing.F) {
	f.Add([]byte(`{"deadline":"2026-11-22T12:00:00Z","values":{"user":"x"}}`))
	f.Add([]byte(`{"values":{"user":7}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		deadline, values, err := account.DecodeSession(data)
		if err != nil {
			return
		}
		for k, v := range values {
			if _, ok := v.(string); !ok {
				t.Errorf("%s is %T", k, v)
			}
		}
		if _, err := account.EncodeSession(deadline, values); err != nil && deadline.Year() < 9999 {
			t.Error(err)
		}
	})
}

func FuzzPasswordHash(f *testing.F) {
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	f.Add("$argon2id$v=19$m=99999999999,t=2,p=1$$")
	f.Fuzz(func(t *testing.T, s string) {
		memory, passes, err := account.ReadHash(s)
		if err == nil && (memory > 256*1024 || passes > 16) {
			t.Errorf("%q may cost %d KiB, %d passes", s, memory, passes)
		}
	})
}
