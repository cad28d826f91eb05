#!/usr/bin/env bash
# Everything that must be green on a developer's machine; under a quarter of an hour on two cores.
# With REQUIRE_PEERS=1 a missing peer is a failure; without, its tests are skipped and say so.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n== %s (%ds)\n' "$1" "$SECONDS"; }

step "tools"
if ! test/need.sh sox espeak-ng sipp baresip linphonec sipsak tshark gcc spandsp.h dahdi/user.h \
  aarch64-linux-gnu-gcc qemu-aarch64-static; then
  [ "${REQUIRE_PEERS:-}" = 1 ] && exit 1
fi
step "prompts"
make -s prompts
step "format" # what vet says is for make lint
unformatted=$(git ls-files '*.go' | xargs -r gofmt -l)
[ -z "$unformatted" ] || { echo "gofmt: $unformatted"; exit 1; }
step "build"
make -s build
# What is tested in real time, with sound and other people's programs, has the machine to itself.
step "tests under the race detector"
export CGO_ENABLED=1 GORACE=halt_on_error=1
timed='/internal/sound/media$|/internal/lines/sipua$|/test/e2e$'
# Two tests do nothing but wait for a minute: they may wait meanwhile.
waits='TestSippLampExpires|TestTrunkIsWatched'
go test -race -timeout 12m -run "$waits" ./internal/lines/sipua &
waiting=$!
trap 'kill "$waiting" 2>/dev/null || true' EXIT
go list ./... | grep -Ev "$timed" | xargs go test -race -shuffle=on -timeout 12m
wait "$waiting"
step "tests in real time"
go test -race -shuffle=on -timeout 12m -p 1 -skip "$waits" ./internal/sound/media ./internal/lines/sipua
# Most of it is waiting for people on the telephone: four at a time keep two cores busy without holes in the sound.
go test -race -shuffle=on -timeout 12m -parallel 4 ./test/e2e
step "done"
