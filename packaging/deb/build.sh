#!/usr/bin/env bash
# build.sh VERSION [ARCH…]: makes dist/dealerline_VERSION_ARCH.deb (amd64 and arm64). The same sources give the same
# bytes: times are those of the last commit, or SOURCE_DATE_EPOCH.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=${1:?usage: build.sh VERSION [ARCH…]}
shift
[ $# -gt 0 ] || set -- amd64 arm64
[[ $version =~ ^[0-9][A-Za-z0-9.+~-]*$ ]] || { echo "build.sh: \"$version\" is not a Debian version" >&2; exit 1; }
test/need.sh dpkg-deb gzip
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
umask 022

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# licences prints the licence of every module that is compiled in: their terms ask for it.
licences() {
  local path version dir
  go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' ./cmd/appliance | LC_ALL=C sort -u |
    while read -r path version dir; do
      printf '==== %s %s\n\n' "$path" "$version"
      find "$dir" -maxdepth 2 -type f \( -iname 'licen[sc]e*' -o -iname 'copying*' -o -iname 'notice*' \) \
        -not -name '*.go' | LC_ALL=C sort >"$work/found"
      [ -s "$work/found" ] || { echo "build.sh: $path has no licence file" >&2; exit 1; }
      while read -r f; do tr -d '\r' <"$f"; echo; done <"$work/found"
    done
  printf '==== The Go standard library and runtime\n\n'
  cat "$(go env GOROOT)/LICENSE"
}

tags=
[ ! -e web-admin/dist/index.html.br ] || tags=console # without Node there is a package without pages

stage() { # arch dir
  local root=$2 doc=$2/usr/share/doc/dealerline
  mkdir -p "$root/DEBIAN" "$root/usr/bin" "$doc"
  CGO_ENABLED=0 GOOS=linux GOARCH=$1 go build ${tags:+-tags "$tags"} -trimpath -buildvcs=false -ldflags "-s -w -buildid= -X main.release=$version" \
    -o "$root/usr/bin/appliance" ./cmd/appliance
  install -D -m 644 packaging/config/appliance.toml "$root/etc/dealerline/appliance.toml"
  install -D -m 644 packaging/systemd/dealerline.service "$root/lib/systemd/system/dealerline.service"
  install -D -m 644 packaging/systemd/dealerline.sysusers "$root/usr/lib/sysusers.d/dealerline.conf"
  install -D -m 644 packaging/systemd/dealerline.tmpfiles "$root/usr/lib/tmpfiles.d/dealerline.conf"
  install -D -m 644 packaging/modprobe/dealerline.conf "$root/lib/modprobe.d/dealerline.conf"
  install -D -m 644 packaging/udev/90-dealerline.rules "$root/lib/udev/rules.d/90-dealerline.rules"
  install -m 644 docs/operations.md docs/settings.md "$doc"
  gzip -9n <CHANGELOG.md >"$doc/changelog.gz"
  gzip -9n <"$work/licences" >"$doc/licences.gz"
  install -m 644 packaging/deb/copyright "$doc/copyright"
  install -m 755 packaging/deb/postinst packaging/deb/prerm packaging/deb/postrm "$root/DEBIAN"
  # The unit is no conffile: a frozen unit would outlive the program that it was written for.
  echo /etc/dealerline/appliance.toml >"$root/DEBIAN/conffiles"
  local kib
  kib=$(du -sk --apparent-size --exclude=DEBIAN "$root" | cut -f1)
  sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$1/" -e "s/@SIZE@/$kib/" packaging/deb/control.in >"$root/DEBIAN/control"
  (cd "$root" && find . -path ./DEBIAN -prune -o -type f -print | sed 's,^\./,,' | LC_ALL=C sort | xargs md5sum >DEBIAN/md5sums)
  chmod 750 "$root/etc/dealerline"
  find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
}

licences >"$work/licences"
mkdir -p dist
for arch in "$@"; do
  stage "$arch" "$work/$arch"
  deb=dist/dealerline_${version}_$arch.deb
  dpkg-deb --root-owner-group -Zxz --build "$work/$arch" "$deb" >/dev/null
  sha256sum "$deb"
done
