#!/usr/bin/env bash
# need.sh TOOL…: sees to it that the tools are there: installs their Debian packages when that is possible, and otherwise
# says in one line what to install. A name that ends in .h is a C header.
set -euo pipefail
declare -A package=(
  [sipp]=sip-tester [baresip]=baresip-core [sipsak]=sipsak [tshark]=tshark [sox]=sox [espeak-ng]=espeak-ng
  [qemu-aarch64-static]=qemu-user-static [mmdebstrap]=mmdebstrap [dpkg-deb]=dpkg [jq]=jq [ip]=iproute2 [gcc]=gcc
  [chromium]="chromium fonts-noto-cjk"
  [systemd-analyze]=systemd [readelf]=binutils [spandsp.h]=libspandsp-dev
  [dahdi/user.h]=dahdi-source [linphonec]=linphone-cli
  [aarch64-linux-gnu-gcc]="gcc-aarch64-linux-gnu libc6-dev-arm64-cross"
)
missing=()
for tool in "$@"; do
  case $tool in *.h) [ -e "/usr/include/$tool" ] && continue ;; esac
  command -v "$tool" >/dev/null && continue
  read -ra all <<<"${package[$tool]:-$tool}"
  missing+=("${all[@]}")
done
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  log=$(mktemp)
  if { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    rm -f "$log"
    exit 0
  fi
  tail -5 "$log" >&2
fi
echo "install first: apt-get install ${missing[*]}" >&2
exit 1
