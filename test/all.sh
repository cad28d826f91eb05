#!/usr/bin/env bash
# Everything that must be green on a developer's machine; under a quarter of an hour on two cores.
# With REQUIRE_PEERS=1 a missing peer is a failure; without, its tests are skipped and say so.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n== %s (%ds)\n' "$1" "$SECONDS"; }

step "tools"
if ! test/need.sh sox espeak-ng sipp baresip sipsak tshark gcc; then
  [ "${REQUIRE_PEERS:-}" = 1 ] && exit 1
fi
step "prompts"
make -s prompts
step "format, vet"
unformatted=$(git ls-files '*.go' | xargs -r gofmt -l)
[ -z "$unformatted" ] || { echo "gofmt: $unformatted"; exit 1; }
go vet ./...
step "build"
make -s build
step "tests under the race detector"
CGO_ENABLED=1 GORACE=halt_on_error=1 go test -race -shuffle=on -timeout 12m ./...
step "done"
