#!/usr/bin/env bash
# The analog cards' driver on a real kernel: the telephony modules of Debian's dahdi-source, built for Debian's ARM64
# kernel, booted in an emulated machine without any card: two simulated spans wired to each other carry sound, rings and
# hooks between our port and a simulated exchange. What is downloaded and built is kept in var/dahdi and made again when
# missing. test/dahdi.sh [PATTERN] runs the tests of that pattern.
set -euo pipefail
cd "$(dirname "$0")/.."
pattern=${1:-Kernel}
test/need.sh qemu-system-aarch64 aarch64-linux-gnu-gcc dahdi/user.h make bzip2 cpio xz gcc
keep=$PWD/var/dahdi
mkdir -p "$keep"
step() { printf '%s (%ds)\n' "$1" "$SECONDS"; }

# The kernel, its headers and a static busybox come as packages; a package database of our own names ARM64 for this.
fetch() {
  local apt=$keep/apt
  rm -rf "$apt" "$keep/root" "$keep/debs"
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$keep/debs" "$keep/root"
  touch "$apt/status"
  cat >"$apt/apt.conf" <<EOF
Dir::State "$apt";
Dir::State::lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
APT::Architecture "arm64";
APT::Architectures { "arm64"; "$(dpkg --print-architecture)"; };
APT::Sandbox::User "root";
EOF
  export APT_CONFIG=$apt/apt.conf
  apt-get -qq update
  release=$(apt-cache depends linux-image-arm64 | sed -n 's/.*Depends: linux-image-\(.*\)-arm64$/\1/p' | head -1)
  (cd "$keep/debs" && apt-get -qq download "linux-image-$release-arm64" "linux-headers-$release-arm64" \
    "linux-headers-$release-common" "linux-kbuild-${release%.*}:$(dpkg --print-architecture)" busybox-static:arm64)
  unset APT_CONFIG
  for d in "$keep"/debs/*.deb; do dpkg-deb -x "$d" "$keep/root"; done
  rm -rf "$apt" "$keep/debs"
  sed -i "s#/usr/src/#$keep/root/usr/src/#g" "$keep/root/usr/src/linux-headers-$release-arm64/Makefile"
  echo "$release" >"$keep/release"
}

modules() {
  rm -rf "$keep/src"
  mkdir -p "$keep/src" "$keep/modules"
  tar -xjf /usr/src/dahdi.tar.bz2 -C "$keep/src"
  local top=$keep/src/modules/dahdi
  echo '#define DAHDI_VERSION "2.11.1"' >"$top/include/dahdi/version.h"
  make -s -C "$keep/root/usr/src/linux-headers-$release-arm64" M="$top/drivers/dahdi" DAHDI_INCLUDE="$top/include" \
    CONFIG_DAHDI=m CONFIG_DAHDI_DYNAMIC=m CONFIG_DAHDI_DYNAMIC_LOC=m CONFIG_DAHDI_ECHOCAN_MG2=m \
    DEB_BUILD_ARCH=amd64 DEB_HOST_ARCH=arm64 DEB_HOST_GNU_TYPE=aarch64-linux-gnu modules >"$keep/build.log" 2>&1 \
    || { tail -20 "$keep/build.log" >&2; exit 1; }
  for m in dahdi dahdi_dynamic dahdi_dynamic_loc dahdi_echocan_mg2; do
    aarch64-linux-gnu-strip --strip-debug -o "$keep/modules/$m.ko" "$top/drivers/dahdi/$m.ko"
  done
  for m in crc-ccitt; do # of the kernel's own, if they are modules
    find "$keep/root/lib/modules" -name "$m.ko" -exec cp {} "$keep/modules/" \;
  done
  rm -rf "$keep/src"
}

[ -e "$keep/release" ] || fetch
release=$(cat "$keep/release")
step "kernel $release"
[ -e "$keep/modules/dahdi_echocan_mg2.ko" ] || modules
step "modules"

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree"/{bin,proc,sys,dev,tmp,modules}
cp "$keep/root/bin/busybox" "$tree/bin/busybox"
cp "$keep"/modules/*.ko "$tree/modules/"
GOOS=linux GOARCH=arm64 CGO_ENABLED=0 go test -c -trimpath -ldflags "-s -w" -o "$tree/lines.test" ./internal/lines/dahdi
cat >"$tree/init" <<EOF
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
ip link set lo up
cd /modules
for m in crc-ccitt dahdi dahdi_dynamic dahdi_dynamic_loc dahdi_echocan_mg2; do
  [ -e \$m.ko ] || continue
  o=; [ \$m = dahdi ] && o=auto_assign_spans=1
  insmod \$m.ko \$o || echo "cannot load \$m"
done
ls /dev/dahdi
DAHDI_KERNEL=1 TMPDIR=/tmp /lines.test -test.v -test.timeout 10m -test.run '$pattern'
echo "RESULT \$?"
poweroff -f
EOF
chmod +x "$tree/init"
(cd "$tree" && find . | cpio -o -H newc --quiet | gzip -1) >"$keep/initrd.gz"
step "booting"
timeout 900 qemu-system-aarch64 -M virt -cpu cortex-a57 -smp 2 -m 512 -nographic -no-reboot -nic none \
  -kernel "$keep/root/boot/vmlinuz-$release-arm64" -initrd "$keep/initrd.gz" -append "console=ttyAMA0 quiet panic=1" \
  </dev/null 2>&1 | tr -d '\r' | tee "$keep/console.log"
grep -q '^RESULT 0$' "$keep/console.log" || { echo "dahdi.sh: the tests on the kernel failed" >&2; exit 1; }
# A test that was skipped is one that the kernel never saw: here is the only place where they run.
if grep -E '^ *--- SKIP: TestKernel' "$keep/console.log"; then
  echo "dahdi.sh: tests were skipped on the kernel they are for: is DAHDI_KERNEL set in its init?" >&2
  exit 1
fi
grep -q '^--- PASS: TestKernel' "$keep/console.log" || { echo "dahdi.sh: no test ran" >&2; exit 1; }
step "the line tests passed on the kernel"
