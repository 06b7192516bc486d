#!/bin/sh
# Runs the tests of the probe with the program for arm64, under the emulator of Debian 12, which is unpacked into a
# temporary folder and not installed. Needs an amd64 machine with apt-get and dpkg-deb, and `npm ci`.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
(cd "$tools" && apt-get download qemu-user-static && dpkg-deb -x qemu-user-static_*.deb .)

cd "$root"
SHIPMATE_TEST_PROBE="$tools/usr/bin/qemu-aarch64-static $root/src/swarm/probe/probe-arm64" \
  npm test -- test/swarm/probe/probe.test.ts
