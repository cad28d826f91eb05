package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
)

const (
	// setupAlphabet has 32 characters that nobody mistakes for one another.
	setupAlphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	setupGroups   = 3
	setupGroupLen = 4 // 60 random bits in all
	setupFile     = "setup-code"
	// setupPace is how often a wrong code may be tried, setupBurst how many at once.
	setupPace  = time.Second
	setupBurst = 10
)

// SetupCode lets the first administrator in. It lies in a file, is printed on the console log and, where the box has a
// label file, written there. It never times out and cannot be locked; wrong codes only take their time.
type SetupCode struct {
	code  string
	files []string

	mu   sync.Mutex
	debt time.Time // when all wrong codes so far have been waited for
}

// OpenSetupCode reads the code in dir, or makes one. label is a second file to write it to, where its directory exists;
// empty: none.
func OpenSetupCode(dir, label string) (*SetupCode, error) {
	s := &SetupCode{files: []string{filepath.Join(dir, setupFile)}}
	data, err := os.ReadFile(s.files[0])
	switch {
	case err == nil && len(normalCode(string(data))) == setupGroups*setupGroupLen:
		s.code = showCode(normalCode(string(data)))
	case err == nil || errors.Is(err, fs.ErrNotExist):
		s.code = newSetupCode()
		if err := os.WriteFile(s.files[0], []byte(s.code+"\n"), 0o600); err != nil {
			return nil, fmt.Errorf("write setup code: %w", err)
		}
	default:
		return nil, fmt.Errorf("read setup code: %w", err)
	}
	if label == "" {
		return s, nil
	}
	if _, err := os.Stat(filepath.Dir(label)); err == nil {
		if err := os.WriteFile(label, []byte(s.code+"\n"), 0o600); err != nil {
			return nil, fmt.Errorf("write setup code to the label file: %w", err)
		}
		s.files = append(s.files, label)
	}
	return s, nil
}

// Code is the code as it is printed: XXXX-XXXX-XXXX.
func (s *SetupCode) Code() string { return s.code }

// Check reports whether a code is the right one; wrong ones in a hurry are refused unread.
func (s *SetupCode) Check(ctx context.Context, code string, now time.Time) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.debt.Sub(now) > setupBurst*setupPace {
		return fault.New(fault.Busy, "setup.slow_down", "check setup code: too many wrong codes, try again in a few seconds")
	}
	if subtle.ConstantTimeCompare([]byte(normalCode(code)), []byte(normalCode(s.code))) == 1 {
		return nil
	}
	if s.debt.Before(now) {
		s.debt = now
	}
	s.debt = s.debt.Add(setupPace)
	return fault.Fields{{Path: "code", Key: "setup.code_wrong", Message: "is not the setup code of this box"}}
}

// Consume removes the files once there is an administrator.
func (s *SetupCode) Consume() error {
	var err error
	for _, f := range s.files {
		if e := os.Remove(f); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, fmt.Errorf("remove setup code: %w", e))
		}
	}
	return err
}

func newSetupCode() string {
	b := make([]byte, setupGroups*setupGroupLen)
	_, _ = rand.Read(b) // never fails, see crypto/rand
	for i := range b {
		b[i] = setupAlphabet[int(b[i])%len(setupAlphabet)] // 256 is a multiple of 32
	}
	return showCode(string(b))
}

func showCode(code string) string {
	var groups []string
	for i := 0; i < len(code); i += setupGroupLen {
		groups = append(groups, code[i:min(i+setupGroupLen, len(code))])
	}
	return strings.Join(groups, "-")
}

// normalCode drops what people type between the groups, and reads small letters like capitals.
func normalCode(code string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(setupAlphabet, r) {
			return r
		}
		return -1
	}, strings.ToUpper(code))
}
