#!/usr/bin/env bash
# fuzz.sh [TIME]: runs every fuzz test of the tree for TIME each (10s).
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-10s}
git grep -lE '^func Fuzz' -- '*_test.go' | while read -r file; do
  dir=./$(dirname "$file")
  for name in $(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file"); do
    printf '%-40s %-28s ' "$dir" "$name"
    # Minimising is bounded: it may otherwise take longer than the fuzzing. The go tool sometimes reports the end of the
    # time itself as a failure, without a failing input; that is none.
    if ! out=$(go test -run '^$' -fuzz "^$name\$" -fuzztime "$time" -fuzzminimizetime 10x "$dir" 2>&1); then
      if ! grep -q 'context deadline exceeded' <<<"$out" || grep -qE 'Failing input|panic' <<<"$out"; then
        echo "$out"
        exit 1
      fi
    fi
    echo "$out" | grep -oE 'execs: [0-9]+' | tail -1 || echo passed
  done
done
