#!/usr/bin/env bash
# deb.sh VERSION: tries dist/dealerline_VERSION_*.deb in a minimal Debian: installed, run, upgraded, removed, purged.
# Also: the unit is correct and tight, the same sources give the same package, the ARM64 package holds a program that runs.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=${1:?usage: deb.sh VERSION}
amd64=dist/dealerline_${version}_amd64.deb
arm64=dist/dealerline_${version}_arm64.deb
address=127.93.0.1 # the box in the chroot uses this machine's network

if [ "$(id -u)" != 0 ]; then
  echo "packaging/test/deb.sh: not tried: a chroot needs root"
  [ "${REQUIRE_PEERS:-}" != 1 ]
  exit
fi
test/need.sh mmdebstrap dpkg-deb curl systemd-analyze qemu-aarch64-static

work=$(mktemp -d)
root=$work/root
box=
clean() {
  if [ -n "$box" ]; then kill "$box" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap clean EXIT

fail() { echo "deb.sh: $*" >&2; exit 1; }
same() { [ "$2" = "$3" ] || fail "$1 is \"$2\", want \"$3\""; }
say() { printf '   %s (%ds)\n' "$*" "$SECONDS"; }

# debian unpacks a minimal system made once from this machine's own package sources.
debian() {
  local codename cache
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  cache=var/cache/debian-$codename.tar
  if [ ! -f "$cache" ]; then
    mkdir -p var/cache
    apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)|$(ORIGIN)|$(CREATED_BY)' |
      sed -n 's/|Debian|Packages$//p' | sort -u >"$work/sources"
    [ -s "$work/sources" ] || fail "apt knows no Debian sources: run apt-get update"
    mmdebstrap --quiet --variant=minbase --mode=root --dpkgopt='path-exclude=/usr/share/{man,locale,doc}/*' \
      "$codename" --format=tar "$cache.new" - <"$work/sources" 2>"$work/mmdebstrap.log" || { tail -5 "$work/mmdebstrap.log" >&2; fail "mmdebstrap"; }
    mv "$cache.new" "$cache"
  fi
  mkdir "$root"
  tar -xf "$cache" -C "$root" --numeric-owner
  cp "$amd64" "$root/tmp/dealerline.deb"
}

inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }

contents() {
  local list
  list=$(dpkg-deb -c "$1" | awk '{print $6}')
  for f in ./usr/bin/appliance ./etc/dealerline/appliance.toml ./lib/systemd/system/dealerline.service \
    ./lib/modprobe.d/dealerline.conf ./lib/udev/rules.d/90-dealerline.rules ./usr/lib/sysusers.d/dealerline.conf ./usr/lib/tmpfiles.d/dealerline.conf ./usr/share/doc/dealerline/operations.md; do
    grep -qxF "$f" <<<"$list" || fail "$1 has no $f"
  done
  same "owner of the files in $1" "$(dpkg-deb -c "$1" | awk '{print $2}' | sort -u)" root/root
  same "conffiles of $1" "$(dpkg-deb -I "$1" conffiles)" /etc/dealerline/appliance.toml
}

unit() {
  # The unit with the program where it lies now, or systemd-analyze finds none.
  dpkg-deb -x "$amd64" "$work/amd64"
  sed "s,/usr/bin/appliance,$work/amd64/usr/bin/appliance,g" packaging/systemd/dealerline.service >"$work/dealerline.service"
  local said
  said=$(systemd-analyze verify --man=no "$work/dealerline.service" 2>&1) || fail "systemd-analyze verify: $said"
  said=$(grep dealerline <<<"$said" || true) # other units of this machine are not ours to judge
  same "what systemd-analyze verify says" "$said" ""
  systemd-analyze security --no-pager --offline=true --threshold=20 "$work/dealerline.service" >"$work/security" ||
    { tail -1 "$work/security" >&2; fail "the unit is open wider than 2.0"; }
  say "unit: verified, exposure $(tail -1 "$work/security" | grep -oE '[0-9]+\.[0-9]+')"
}

twice() { # a second build, elsewhere, gives the same bytes
  local epoch sum again
  epoch=$(stat -c %Y "$work/amd64/usr/bin/appliance")
  mkdir "$work/again"
  tar -c --exclude=./.git --exclude=./bin --exclude=./dist --exclude=./var . | tar -x -C "$work/again"
  sum=$(sha256sum <"$amd64")
  again=$(SOURCE_DATE_EPOCH=$epoch "$work/again/packaging/deb/build.sh" "$version" amd64 >/dev/null &&
    sha256sum <"$work/again/dist/dealerline_${version}_amd64.deb")
  rm -rf "$work/again"
  same "checksum of a second build" "$again" "$sum"
  say "built twice: the same bytes"
}

start() { # runs the box as the unit would and waits until it is healthy
  chroot --userspec=dealerline:dealerline "$root" /usr/bin/appliance run -config /etc/dealerline/appliance.toml 2>>"$work/log" &
  box=$!
  local code=
  for _ in $(seq 100); do
    code=$(curl -s -o /dev/null -w '%{http_code}' "http://$address:8090/healthz" || true)
    [ "$code" != 200 ] || return 0
    sleep 0.1
  done
  cat "$work/log" >&2
  fail "/healthz answers $code"
}

stop() {
  kill -TERM "$box"
  wait "$box" || fail "the box ended with $?: $(tail -3 "$work/log")"
  box=
}

install_and_run() {
  inside dpkg -i /tmp/dealerline.deb >"$work/dpkg" 2>&1 || { cat "$work/dpkg"; fail "dpkg -i"; }
  grep -q "Dealerline 已安装" "$work/dpkg" && grep -q "Dealerline is installed" "$work/dpkg" || fail "no word of what is next"
  same "version" "$(inside appliance version)" "dealerline $version"
  inside appliance check >"$work/check" || fail "check: $(cat "$work/check")"
  same "owner of the data" "$(inside stat -c '%U:%G %a' /var/lib/dealerline)" "dealerline:dealerline 750"
  same "owner of the configuration" "$(inside stat -c '%U:%G %a' /etc/dealerline)" "root:dealerline 750"
  # The operator edits the boot file; what is edited must outlive upgrades.
  sed -i -e "s,0\.0\.0\.0,$address,g" -e "s,127\.0\.0\.1:8090,$address:8090," "$root/etc/dealerline/appliance.toml"
  start
  inside appliance status | grep -q '"registrations"' || fail "status says nothing of phones"
  inside appliance settings export /tmp/settings.json
  inside appliance settings import /tmp/settings.json | grep -q 'version' || fail "settings cannot be imported"
  inside appliance check | grep -q 'settings: ok' || fail "check of a running box"
  stop
  same "owner of the database" "$(inside stat -c '%U' /var/lib/dealerline/dealerline.db)" dealerline
  inside appliance check | grep -q 'settings: ok' || fail "check of a stopped box"
  say "installed, healthy, stopped"
}

upgrade() {
  inside dpkg -i /tmp/dealerline.deb >"$work/dpkg" 2>&1 || { cat "$work/dpkg"; fail "upgrade"; }
  ! grep -q "已安装" "$work/dpkg" || fail "an upgrade talks like a first installation"
  grep -q "$address" "$root/etc/dealerline/appliance.toml" || fail "the upgrade lost the edited boot file"
  start # again on the data of before
  stop
  say "upgraded, healthy on its data"
}

remove_and_purge() {
  inside dpkg -r dealerline >"$work/dpkg" 2>&1 || { cat "$work/dpkg"; fail "remove"; }
  [ ! -e "$root/usr/bin/appliance" ] || fail "the program is still there"
  [ -e "$root/etc/dealerline/appliance.toml" ] || fail "removing took the configuration"
  [ -e "$root/var/lib/dealerline/dealerline.db" ] || fail "removing took the data"
  inside dpkg -P dealerline >"$work/dpkg" 2>&1 || { cat "$work/dpkg"; fail "purge"; }
  [ ! -e "$root/etc/dealerline" ] || fail "purging left the configuration"
  [ -e "$root/var/lib/dealerline/dealerline.db" ] || fail "purging took call records and recordings"
  grep -q "delete them by hand" "$work/dpkg" || fail "purging does not say that data stays"
  same "user after a purge with data" "$(inside getent passwd dealerline | cut -d: -f1)" dealerline
  # A box that never ran leaves nothing at all.
  rm -rf "$root/var/lib/dealerline"
  inside dpkg -i /tmp/dealerline.deb >/dev/null 2>&1 || fail "install again"
  inside dpkg -P dealerline >/dev/null 2>&1 || fail "purge again"
  [ ! -e "$root/var/lib/dealerline" ] || fail "purging left an empty data directory"
  ! inside getent passwd dealerline >/dev/null || fail "purging left the user"
  say "removed, purged; data kept"
}

on_arm64() {
  dpkg-deb -x "$arm64" "$work/arm64"
  local program=$work/arm64/usr/bin/appliance
  same "version on ARM64" "$(qemu-aarch64-static "$program" version)" "dealerline $version"
  sed "s,/var/lib/dealerline,$work/data," "$work/arm64/etc/dealerline/appliance.toml" >"$work/arm64.toml"
  qemu-aarch64-static "$program" check -config "$work/arm64.toml" >/dev/null || fail "check on ARM64"
  say "ARM64: version and check under qemu-user"
}

contents "$amd64"
contents "$arm64"
same "architecture" "$(dpkg-deb -f "$arm64" Architecture)" arm64
unit
twice
on_arm64
debian
install_and_run
upgrade
remove_and_purge
