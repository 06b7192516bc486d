// A frontend of BuildKit that builds the plans of `railpack.mjs`: reads the plan, hands its own Dockerfile to dockerfile.v0.
import { createHash } from 'node:crypto';
import { connect } from 'node:http2';
import { Duplex } from 'node:stream';

// Protocol buffers, as far as needed: fields by number, maps as messages of key and value.
function varint(number) {
  const bytes = [];
  for (let rest = BigInt.asUintN(64, BigInt(number)); ; rest >>= 7n) {
    if (rest < 128n) return Buffer.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 127n) | 128);
  }
}
const data = (field, bytes) =>
  Buffer.concat([varint(field * 8 + 2), varint(Buffer.byteLength(bytes)), Buffer.from(bytes)]);
const integer = (field, value) => Buffer.concat([varint(field * 8), varint(value)]);
const message = (field, ...parts) => data(field, Buffer.concat(parts));
const map = (field, values) =>
  Buffer.concat(Object.entries(values).map(([key, value]) => message(field, data(1, key), data(2, value))));

function* fields(bytes) {
  let at = 0;
  const next = () => {
    let [value, shift] = [0n, 0n];
    for (; ; shift += 7n) {
      const byte = BigInt(bytes[at++]);
      value |= (byte & 127n) << shift;
      if (byte < 128n) return Number(value);
    }
  };
  while (at < bytes.length) {
    const tag = next();
    if (tag % 8 === 0) {
      next();
      continue;
    }
    const length = next();
    yield [Math.floor(tag / 8), bytes.subarray(at, (at += length))];
  }
}
const field = (bytes, wanted) => [...fields(bytes)].find(([number]) => number === wanted)?.[1];

const digest = (bytes) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
/** One operation and the mark of the end. One without metadata counts as none. */
const definition = (op) => {
  const end = message(1, data(1, digest(op)));
  return Buffer.concat([data(1, op), data(1, end), message(2, data(1, digest(op)), data(2, ''))]);
};

const session = connect('http://localhost', {
  createConnection: () => Duplex.from({ readable: process.stdin, writable: process.stdout }),
});
async function call(method, request) {
  const stream = session.request({
    ':method': 'POST',
    ':path': `/moby.buildkit.v1.frontend.LLBBridge/${method}`,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  let status = {};
  for (const event of ['response', 'trailers']) stream.on(event, (headers) => Object.assign(status, headers));
  const head = Buffer.alloc(5);
  head.writeUInt32BE(request.length, 1);
  stream.end(Buffer.concat([head, request]));
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  if (status['grpc-status'] !== '0') throw new Error(`${method}: ${status['grpc-message']}`);
  return Buffer.concat(chunks).subarray(5);
}
async function solve(...parts) {
  const response = await call('Solve', Buffer.concat([...parts, integer(5, 1), integer(6, 1)]));
  return field(response, 3);
}

function dockerfileOf({ deploy, secrets, steps: [step] }) {
  const mounts = secrets.map((name) => `--mount=type=secret,id=${name} `).join('');
  const exports = secrets.map(
    (name) => `export ${name}="$(/usr/local/bin/node -p "fs.readFileSync('/run/secrets/${name}', 'utf8')")"; `,
  );
  const lines = step.commands.map(({ cmd, dest, src }) =>
    cmd === undefined ? `COPY ${src} ${dest}` : `RUN ${mounts}${exports.join('')}${cmd}`,
  );
  const variables = Object.entries(deploy.variables).map(([name, value]) => `ENV ${name}=${value}`);
  const start = `CMD ${JSON.stringify(['/bin/sh', '-c', deploy.startCommand])}`;
  return [`FROM ${deploy.base.image}`, 'WORKDIR /app', ...lines, ...variables, start].join('\n');
}

const options = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => name.startsWith('BUILDKIT_FRONTEND_OPT_'))
    .map((name) => process.env[name].split(/=(.*)/s)),
);
try {
  const attributes = {
    'local.session': process.env.BUILDKIT_SESSION_ID,
    'local.followpaths': JSON.stringify([options.filename]),
    'local.sharedkeyhint': 'railpack-plan',
  };
  const source = message(3, data(1, 'local://dockerfile'), map(2, attributes));
  const read = field(field(await solve(message(1, definition(source))), 3), 1);
  const file = await call('ReadFile', Buffer.concat([data(1, read), data(2, options.filename)]));
  const plan = JSON.parse(field(file, 1).toString());
  if (!options['build-arg:cache-key']) throw new Error('no cache-key');
  const written = message(5, data(1, '/Dockerfile'), integer(2, 0o644), data(3, dockerfileOf(plan)), integer(5, -1));
  const action = message(2, integer(1, -1), integer(2, -1), integer(3, 0), written);
  const dockerfile = definition(message(4, action));
  const labels = Object.fromEntries(Object.entries(options).filter(([name]) => name.startsWith('label:')));
  const result = await solve(
    data(2, 'dockerfile.v0'),
    map(3, { filename: 'Dockerfile', ...labels }),
    message(13, data(1, 'dockerfile'), message(2, dockerfile)),
  );
  await call('Return', data(1, result));
} catch (error) {
  await call('Return', message(2, integer(1, 2), data(2, error.message)));
}
// Not closed: BuildKit takes that for a frontend that crashed.
process.exit(0);
