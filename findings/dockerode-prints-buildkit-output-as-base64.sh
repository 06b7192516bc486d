#!/bin/sh
# dockerode 5.0.1
#
# Behaviour: `docker.followProgress` decodes what BuildKit tells about a build. What a step prints comes out as the base64
# of its bytes: they are made base64 text by `toObject({ bytes: String })`, and that text is then taken for the bytes.
# Output seen for a step that prints `hello`: `aGVsbG8K`
# Wrong guess: the lines of the build, as with the classic builder.
#
# Needs Node 20 or later and npm, no Docker. Ends with 1 when the output is `hello`.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent dockerode@5.0.1
cat >follow.cjs <<'JS'
const { Readable } = require('node:stream');
const Docker = require('dockerode');

// StatusResponse { logs: [{ vertex: 'v', msg: 'hello\n' }] }, as `POST /build?version=2` sends it.
const log = Buffer.from([0x0a, 1, ...Buffer.from('v'), 0x22, 6, ...Buffer.from('hello\n')]);
const trace = Buffer.from([0x1a, log.length, ...log]).toString('base64');
const answer = Readable.from([`${JSON.stringify({ id: 'moby.buildkit.trace', aux: trace })}\n`]);

new Docker().followProgress(answer, (error, events) => {
  if (error) throw error;
  console.log(events[0].stream.trim());
  process.exit(events[0].stream.trim() === 'aGVsbG8K' ? 0 : 1);
});
JS
node follow.cjs
