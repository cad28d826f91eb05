#!/usr/bin/env bash
# The ARM64 program, made and tried on whatever machine this is: a static binary, the tests of the packages that are
# pure mathematics and rules under qemu-user, and the box itself until it is healthy.
set -euo pipefail
cd "$(dirname "$0")/.."
export GOOS=linux GOARCH=arm64 CGO_ENABLED=0
version=$(sed -n 's/^## \[\([0-9][^]]*\)\].*/\1/p' CHANGELOG.md | head -1)
address=127.94.0.1
emulator=qemu-aarch64-static
[ "$(uname -m)" = aarch64 ] && emulator=
test/need.sh ${emulator:+$emulator} curl readelf

# What needs real sockets, epoll under load or other people's programs is tested natively (make test).
pure=(
  base/... sound/dsp/... sound/prompt calls/acd/... calls/call calls/feature calls/ivr
  care/crm/vin care/crm/plate care/crm/pinyin edge/live edge/web/text
  lines/sipua/dialog lines/sipua/digest lines/sipua/guard lines/sipua/offer lines/exchange edge/settings
)

go build -trimpath -ldflags "-s -w -X main.release=$version" -o bin/appliance-arm64 ./cmd/appliance
header=$(readelf -hl bin/appliance-arm64)
grep -q 'Machine: *AArch64' <<<"$header" || { echo "arm64.sh: not an ARM64 program" >&2; exit 1; }
! grep -q INTERP <<<"$header" || { echo "arm64.sh: the program is not static" >&2; exit 1; }
echo "bin/appliance-arm64: $(stat -c %s bin/appliance-arm64) bytes, static (${SECONDS}s)"

go test -short -vet=off -p 2 -timeout 6m ${emulator:+-exec "$emulator"} "${pure[@]/#/./internal/}"
echo "pure packages tested on ARM64 (${SECONDS}s)"

work=$(mktemp -d)
box=
clean() {
  if [ -n "$box" ]; then kill "$box" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap clean EXIT
sed -e "s,0\.0\.0\.0,$address,g" -e "s,127\.0\.0\.1:8090,$address:8090," -e "s,/var/lib/dealerline,$work/data," \
  packaging/config/appliance.toml >"$work/appliance.toml"
$emulator bin/appliance-arm64 run -config "$work/appliance.toml" 2>"$work/log" &
box=$!
code=
for _ in $(seq 200); do
  code=$(curl -s -o /dev/null -w '%{http_code}' "http://$address:8090/healthz" || true)
  [ "$code" != 200 ] || break
  sleep 0.1
done
[ "$code" = 200 ] || { cat "$work/log" >&2; echo "arm64.sh: /healthz answers $code" >&2; exit 1; }
kill -TERM "$box"
wait "$box" || { cat "$work/log" >&2; echo "arm64.sh: the box ended with an error" >&2; exit 1; }
box=
echo "the box ran on ARM64: healthy, stopped in order (${SECONDS}s)"
