#!/usr/bin/env bash
# fuzz.sh [TIME]: runs every fuzz test of the tree for TIME each (10s).
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-10s}
git grep -lE '^func Fuzz' -- '*_test.go' | while read -r file; do
  dir=./$(dirname "$file")
  sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file" | while read -r name; do
    printf '%s %s: ' "$dir" "$name"
    out=$(go test -run '^$' -fuzz "^$name\$" -fuzztime "$time" "$dir" 2>&1) || { echo "$out"; exit 1; }
    echo "$out" | grep -oE 'execs: [0-9]+' | tail -1
  done
done
