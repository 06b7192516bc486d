#!/bin/sh
# Node.js 24.15.0, zlib: createZstdDecompress.
#
# Behaviour: of data with several frames one after the other, which the format allows and `zstd -d` reads whole, the stream
# gives the first frame of a chunk and ends without an error. With each frame in a chunk of its own it gives all of them, so
# the result depends on how the data arrive. Its gzip counterpart reads all members either way.
# Output seen:
#   zstd, a chunk for each frame: "one two "
#   zstd, one chunk:              "one "
#   gzip, one chunk:              "one two "
# Wrong guess: a stream that ends without an error has given all that was compressed, as with gzip.
#
# Needs npm. Ends with 1 when the behaviour changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent node@24.15.0
cat >frames.mjs <<'JS'
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createGunzip, createZstdDecompress, gzipSync, zstdCompressSync } from 'node:zlib';

const read = (chunks, stream) => text(Readable.from(chunks).pipe(stream));
const zstd = ['one ', 'two '].map((part) => zstdCompressSync(part));
const gzip = ['one ', 'two '].map((part) => gzipSync(part));
const seen = {
  'zstd, a chunk for each frame': await read(zstd, createZstdDecompress()),
  'zstd, one chunk': await read([Buffer.concat(zstd)], createZstdDecompress()),
  'gzip, one chunk': await read([Buffer.concat(gzip)], createGunzip()),
};
for (const [what, found] of Object.entries(seen)) console.log(`${what}: ${JSON.stringify(found)}`);
const expected = ['one two ', 'one ', 'one two '];
process.exit(Object.values(seen).every((found, at) => found === expected[at]) ? 0 : 1);
JS
./node_modules/.bin/node frames.mjs
