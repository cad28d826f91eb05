#!/usr/bin/env bash
# What the store acknowledged survives: images of its file as losses of power would leave it, and kills at work.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ ! -w /dev/fuse ]; then
  echo "make crash needs /dev/fuse (modprobe fuse, as root)" >&2
  exit 1
fi
mkdir -p bin
go -C test/crash/recorder build -o "$PWD/bin/recorder" .
CRASH=$PWD/bin/recorder go test -count=1 -timeout 15m -v ./test/crash
