#!/bin/sh
# The tests of the board's own architecture, in a root of Debian 13 for armhf, which is made where there is none yet (0.3 GB, in
# KEYTURN_ARMHF, or in the user's cache). Nothing runs in the root but Node, so its packages are unpacked and not installed.
set -eu
root=${KEYTURN_ARMHF:-${XDG_CACHE_HOME:-$HOME/.cache}/keyturn/armhf}
cd "$(dirname "$0")/../.."
for tool in debootstrap dpkg qemu-arm-static; do
  command -v $tool > /dev/null || { echo "$tool is missing: apt-get install -y debootstrap qemu-user-static" >&2; exit 1; }
done
if [ ! -x "$root/usr/bin/node" ]; then
  [ "$(id -u)" = 0 ] || { echo "debootstrap makes $root as root only: run this once with sudo, and KEYTURN_ARMHF set" >&2; exit 1; }
  echo "debootstrap: Debian 13 for armhf into $root"
  rm -rf "$root.part"
  mkdir -p "$root.part"
  debootstrap --foreign --variant=minbase --arch=armhf --include=nodejs trixie "$root.part" > "$root.log" || { tail -5 "$root.log" >&2; exit 1; }
  for package in "$root.part"/var/cache/apt/archives/*.deb; do dpkg -x "$package" "$root.part"; done
  rm -rf "$root"
  mv "$root.part" "$root"
fi
KEYTURN_ARMHF=$root exec npx vitest run test/armhf
