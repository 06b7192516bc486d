#!/bin/sh
# Builds src/swarm/probe/probe-amd64 and probe-arm64 from probe.c with the compiler of Debian 12, which is unpacked into
# a temporary folder and not installed. The same source makes the same bytes; SHA256SUMS beside it says which.
# Needs a Debian 12 machine (amd64) with apt-get and dpkg-deb.
set -eu

version=1:14.0.6-12
probe=$(cd "$(dirname "$0")/../src/swarm/probe" && pwd)
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
cd "$tools"
apt-get download "clang-14=$version" "lld-14=$version" "libclang-cpp14=$version" "libllvm14=$version" \
  "libclang-common-14-dev=$version"
for package in *.deb; do dpkg-deb -x "$package" .; done
export LD_LIBRARY_PATH="$tools/usr/lib/x86_64-linux-gnu:$tools/usr/lib/llvm-14/lib"
PATH="$tools/usr/lib/llvm-14/bin:$PATH"

cd "$probe"
for pair in x86_64:amd64 aarch64:arm64; do
  clang --target="${pair%:*}-linux-gnu" -Os -ffreestanding -fno-builtin -fno-stack-protector \
    -fno-asynchronous-unwind-tables -fno-ident -fno-pic -static -nostdlib -Wall -Wextra -fuse-ld=lld \
    -Wl,--build-id=none -Wl,-z,noseparate-code -Wl,-z,max-page-size=65536 -Wl,--strip-all \
    -o "probe-${pair#*:}" probe.c
done
sha256sum probe.c probe-amd64 probe-arm64 >SHA256SUMS
cat SHA256SUMS
