#!/usr/bin/env bash
# The console in Debian's Chromium against the real program: every page, and what people do with it.
set -euo pipefail
cd "$(dirname "$0")/.."
test/need.sh chromium ip || { [ "${REQUIRE_PEERS:-}" != 1 ] || exit 1; exit 0; }
run=(npm run -s e2e -- "$@")
cd web-admin
# The demo has fixed ports: a network of its own keeps out whatever else runs here.
if [ "$(id -u)" = 0 ]; then
  exec unshare --net sh -c 'ip link set lo up && exec "$@"' sh "${run[@]}"
fi
exec "${run[@]}"
