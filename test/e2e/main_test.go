package e2e

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// program is the appliance under test.
var program string

// atOnce is how many tests run side by side: most of them wait.
const atOnce = "3"

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := buildAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func buildAndRun(m *testing.M) (int, error) {
	if testing.Short() {
		return m.Run(), nil
	}
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if !given {
		if err := flag.Set("test.parallel", atOnce); err != nil {
			return 0, err
		}
	}
	dir, err := os.MkdirTemp("", "dealerline-e2e-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // what is left lies in the temporary directory
	if program = os.Getenv("DEALERLINE"); program == "" {
		program = filepath.Join(dir, "appliance")
		for _, step := range [][]string{
			{"../../internal/sound/prompt/make.sh"},
			{"go", "build", "-trimpath", "-o", program, "../../cmd/appliance"},
		} {
			cmd := exec.Command(step[0], step[1:]...)
			cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
			if out, err := cmd.CombinedOutput(); err != nil {
				return 0, fmt.Errorf("%v: %w\n%s", step, err, out)
			}
		}
	}
	return m.Run(), nil
}
