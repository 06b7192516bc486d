// Stands in for Railpack 0.9: takes the arguments that it takes, and writes the plan that it writes for a Node application.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

if (process.argv.slice(2).join() === '--version') {
  console.log('railpack version 0.9.1');
  process.exit(0);
}
const text = { type: 'string' };
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    env: { type: 'string', multiple: true, default: [] },
    'build-cmd': text,
    'start-cmd': text,
    'plan-out': text,
    'info-out': text,
    'error-missing-start': { type: 'boolean' },
  },
});
const [command, folder, ...more] = positionals;
if (more.length > 0 || command !== 'prepare') throw new Error(`usage: ${process.argv.join(' ')}`);
const variables = {};
for (const one of values.env) {
  const at = one.indexOf('=');
  const name = at < 0 ? one : one.slice(0, at);
  const value = at < 0 ? process.env[name] : one.slice(at + 1);
  if (value !== undefined) variables[name] = value;
}
const start = values['start-cmd'] ?? variables.RAILPACK_START_CMD ?? 'node server.js';
console.log('╭────────────────╮\n│ Railpack 0.9.1 │\n╰────────────────╯\n');
if (!existsSync(join(folder, 'package.json'))) {
  console.log('✖ Railpack could not determine how to build the app.');
  process.exit(1);
}
console.log('  ↳ Detected Node');
const plan = {
  $schema: 'https://schema.railpack.com',
  secrets: Object.keys(variables),
  steps: [
    {
      name: 'build',
      inputs: [{ image: BASE }],
      secrets: ['*'],
      commands: [{ src: '.', dest: '.' }, { cmd: values['build-cmd'] ?? 'node build.js' }],
    },
  ],
  deploy: { base: { image: BASE }, inputs: [{ step: 'build', include: ['.'] }], startCommand: start },
};
writeFileSync(values['plan-out'], JSON.stringify(plan));
