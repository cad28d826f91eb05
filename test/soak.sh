#!/usr/bin/env bash
# soak.sh [DURATION]: calls at 20 a second through a queue to agents, each recorded, for DURATION (5m, 1h …). Then
# calls, records and recordings must be one number, and memory, goroutines and files what they were after a minute.
set -euo pipefail
cd "$(dirname "$0")/.."
test/need.sh sipp sox espeak-ng
SOAK=${1:-1h} REQUIRE_PEERS=1 DEALERLINE=$PWD/bin/appliance CGO_ENABLED=0 \
  go test -count=1 -v -timeout 24h -run '^TestSoak$' ./test/e2e
