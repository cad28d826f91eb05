#!/usr/bin/env bash
# The figures of docs/bench.md and docs/dsp.md, one after another: signals beside spandsp, the packet plane against the naive relay, the queues'
# decisions, and the running box from outside (start, memory, queue, menu, load), and the store with a dealership's data, a twentieth of it
# unless STORE_BENCH=full. It judges nothing: it prints figures beside goals.
set -euo pipefail
cd "$(dirname "$0")/.."
echo "== signals on analog lines, beside spandsp"
test/need.sh gcc sox espeak-ng spandsp.h strace
go run ./test/spandsp/figures
echo "== packet plane, bridged and recorded, against a goroutine-per-leg relay"
go test -run '^$' -bench Relay -benchtime 1x ./internal/sound/media
echo "== the running box, and the store by itself"
go run ./test/bench -seconds "${BENCH_SECONDS:-10}"
