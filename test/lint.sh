#!/usr/bin/env bash
# Runs the pinned golangci-lint (test/tools/go.mod); the first run builds it.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p bin
if [ ! -x bin/golangci-lint ] || [ test/tools/go.mod -nt bin/golangci-lint ]; then
  go build -modfile=test/tools/go.mod -o bin/golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint
fi
bin/golangci-lint run ./...
