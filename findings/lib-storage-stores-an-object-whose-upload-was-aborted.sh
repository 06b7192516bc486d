#!/bin/sh
# @aws-sdk/lib-storage 3.1175.0 with @aws-sdk/client-s3 3.1175.0.
#
# Behaviour: `Upload.abort()` makes `done()` reject at once, and stops no request. A body of one part (5 MiB and less) goes on
# being put, and is an object afterwards. Of a larger one, the part on its way is sent to its end, and the parts are taken
# back only then, after `done()` has rejected: a process that ends by that leaves them in the bucket.
# Output seen, of an abort while the first request is on its way:
#   1 KiB:  AbortError after "PUT object begun"; later "PUT object stored"
#   12 MiB: AbortError after "POST uploads, PUT part begun"; later "PUT part stored, DELETE upload"
# Wrong guess: an upload that rejected with AbortError has stored nothing, and has taken its parts back.
#
# Needs Node 20 or later and npm. Ends with 1 when an answer changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent @aws-sdk/lib-storage@3.1175.0 @aws-sdk/client-s3@3.1175.0
cat >abort.mjs <<'JS'
import { once } from 'node:events';
import { createServer } from 'node:http';
import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

let [log, arrived, opened, ended] = [[], undefined, undefined, undefined];
// S3's side: it takes its time for what it stores.
const server = createServer((request, response) => {
  request.resume().on('end', async () => {
    const { searchParams } = new URL(request.url, 'http://s3');
    const isPart = searchParams.has('partNumber');
    if (request.method === 'POST') {
      log.push('POST uploads');
      return response.end('<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>');
    }
    if (request.method === 'DELETE') {
      log.push('DELETE upload');
      response.writeHead(204).end();
      return ended();
    }
    log.push(`PUT ${isPart ? 'part' : 'object'} begun`);
    arrived();
    await opened;
    const isThere = !request.socket.destroyed;
    log.push(`PUT ${isPart ? 'part' : 'object'} ${isThere ? 'stored' : 'left'}`);
    response.setHeader('etag', '"1"').end();
    return isThere && isPart ? undefined : ended();
  });
}).listen(0, '127.0.0.1');
await once(server, 'listening');

const client = new S3Client({
  endpoint: `http://127.0.0.1:${server.address().port}`,
  region: 'none',
  forcePathStyle: true,
  credentials: { accessKeyId: 'id', secretAccessKey: 'key' },
});

async function aborted(bytes) {
  log = [];
  let open;
  opened = new Promise((resolve) => (open = resolve));
  const isOver = new Promise((resolve) => (ended = resolve));
  const isThere = new Promise((resolve) => (arrived = resolve));
  const upload = new Upload({ client, params: { Bucket: 'b', Key: 'k', Body: Buffer.alloc(bytes) }, queueSize: 1 });
  const done = upload.done().then(() => 'resolved', (error) => error.name);
  await isThere;
  await upload.abort();
  const outcome = await done;
  const before = log.splice(0).join(', ');
  open();
  await isOver;
  return `${outcome} after "${before}"; later "${log.join(', ')}"`;
}

const [small, large] = [await aborted(1024), await aborted(12 * 1024 ** 2)];
console.log(`1 KiB:  ${small}`);
console.log(`12 MiB: ${large}`);
const same =
  small === 'AbortError after "PUT object begun"; later "PUT object stored"' &&
  large === 'AbortError after "POST uploads, PUT part begun"; later "PUT part stored, DELETE upload"';
process.exit(same ? 0 : 1);
JS
node abort.mjs 2>/dev/null
