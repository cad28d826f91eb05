#!/usr/bin/env bash
# Builds the console: types from api/openapi.json, checks, unit tests, pages packed for browsers, within their budgets.
set -euo pipefail
cd "$(dirname "$0")/../web-admin"
for dir in tools/apigen .; do
  if [ ! -e "$dir/node_modules/.package-lock.json" ] || [ "$dir/package-lock.json" -nt "$dir/node_modules/.package-lock.json" ]; then
    (cd "$dir" && npm ci --no-progress --loglevel=error)
  fi
done
npm run -s api
npm run -s check
npm run -s test
npm run -s build
