#!/bin/sh
# @aws-sdk/client-s3 3.1175.0, its handler of Node (@smithy/node-http-handler).
#
# Behaviour: `requestHandler: { requestTimeout }` ends nothing: a request that takes longer is named in a warning on the
# console, and goes on. It rejects only beside `throwOnRequestTimeout: true`; `socketTimeout` rejects by itself.
# Output seen, of a store that does not answer, within 3 s:
#   requestTimeout 300 ms:                             waits on
#   requestTimeout 300 ms, throwOnRequestTimeout true: rejected with TimeoutError
#   socketTimeout 300 ms:                              rejected with TimeoutError
# Wrong guess: `requestTimeout` is the time that a request has. A store that hangs then holds its caller for good.
#
# Needs Node 20 or later and npm. Ends with 1 when an answer changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent @aws-sdk/client-s3@3.1175.0
cat >timeout.mjs <<'JS'
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';

const server = createServer(() => {}).listen(0, '127.0.0.1');
await once(server, 'listening');

async function ask(requestHandler) {
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${server.address().port}`,
    region: 'none',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'id', secretAccessKey: 'key' },
    logger: { debug() {}, info() {}, warn() {}, error() {}, trace() {} },
    requestHandler: { ...requestHandler, logger: { debug() {}, info() {}, warn() {}, error() {} } },
  });
  const answer = client.send(new HeadBucketCommand({ Bucket: 'b' }));
  return Promise.race([answer.then(() => 'resolved', ({ name }) => `rejected with ${name}`), delay(3_000, 'waits on')]);
}

const seen = [
  await ask({ requestTimeout: 300 }),
  await ask({ requestTimeout: 300, throwOnRequestTimeout: true }),
  await ask({ socketTimeout: 300 }),
];
console.log(`requestTimeout 300 ms:                             ${seen[0]}`);
console.log(`requestTimeout 300 ms, throwOnRequestTimeout true: ${seen[1]}`);
console.log(`socketTimeout 300 ms:                              ${seen[2]}`);
process.exit(seen.join() === 'waits on,rejected with TimeoutError,rejected with TimeoutError' ? 0 : 1);
JS
node timeout.mjs
