// Stands in for Nixpacks 1.41: takes the arguments that it takes, and writes what it writes for a Node application.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const text = { type: 'string' };
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    env: { type: 'string', multiple: true, default: [] },
    'build-cmd': text,
    'start-cmd': text,
    format: text,
    out: text,
    'cache-key': text,
  },
});
const [command, folder, ...more] = positionals;
if (more.length > 0 || !['plan', 'build'].includes(command)) throw new Error(`usage: ${process.argv.join(' ')}`);

const variables = { CI: 'true', NIXPACKS_METADATA: 'node' };
for (const one of values.env) {
  const [name, value = process.env[name], ...rest] = one.split('=');
  if (rest.length > 0) throw new Error('Unable to parse variable string');
  if (value !== undefined) variables[name] = value;
}

if (command === 'plan') {
  if (values.out !== undefined || values.format !== 'json') throw new Error('plan takes --format json');
  console.log(JSON.stringify({ providers: [], variables, phases: {}, start: {} }));
} else {
  if (values.out === undefined) throw new Error('this one does not build');
  if (!readFileSync(join(folder, 'package.json'), 'utf8')) throw new Error('unreachable');
  const names = Object.keys(variables);
  const start = values['start-cmd'] ?? variables.NIXPACKS_START_CMD ?? 'node server.js';
  mkdirSync(join(values.out, '.nixpacks'));
  writeFileSync(join(values.out, '.nixpacks/nixpkgs-1.nix'), '{}');
  writeFileSync(
    join(values.out, '.nixpacks/Dockerfile'),
    [
      `FROM ${BASE}`,
      'WORKDIR /app/',
      'COPY .nixpacks/nixpkgs-1.nix .nixpacks/nixpkgs-1.nix',
      `ARG ${names.join(' ')}`,
      `ENV ${names.map((name) => `${name}=$${name}`).join(' ')}`,
      'COPY . /app/.',
      `RUN --mount=type=cache,id=${String(values['cache-key'])}-cache,target=/cache ${String(values['build-cmd'] ?? 'node build.js')}`,
      `CMD ${JSON.stringify(['/bin/sh', '-c', start])}`,
    ].join('\n'),
  );
  console.log('╔═══ Nixpacks v1.41.0 ═══╗');
  console.error(`start │ ${start}`);
}
