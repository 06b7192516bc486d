import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

const script = join(import.meta.dirname, '../../scripts/test.ts');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shipmate-suites-'));
});

beforeEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await writeFile(join(folder, 'jest.config.json'), JSON.stringify({ transform: {}, testEnvironment: 'node' }));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A suite that is red in its first runs, which it counts in a file. */
async function suite(name: string, redRuns: number): Promise<void> {
  const counted = JSON.stringify(join(folder, `${name}.runs`));
  await writeFile(
    join(folder, `${name}.test.js`),
    `const { appendFileSync, readFileSync } = require('node:fs');
    test('${name}', () => {
      appendFileSync(${counted}, 'x');
      expect(readFileSync(${counted}, 'utf8').length).toBeGreaterThan(${redRuns});
    });`,
  );
}

async function run(...args: string[]): Promise<{ code: number | null; printed: string }> {
  const child = spawn(process.execPath, [script, '--config', join(folder, 'jest.config.json'), ...args], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '--experimental-vm-modules' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve));
  const printed = await text(child.stderr);
  return { code: await ended, printed };
}

describe('the test run', () => {
  it('is green when a red suite is green alone, and says that it is unstable', async () => {
    await suite('steady', 0);
    await suite('starved', 1);
    const { code, printed } = await run();
    expect(printed).toContain('test: UNSTABLE, red once and green alone: starved.test.js');
    expect(printed.match(/Tests: .*/g)).toEqual([
      'Tests:       1 failed, 1 passed, 2 total',
      'Tests:       1 passed, 1 total',
    ]);
    expect(code).toBe(0);
  });

  it('is red when a suite is red twice', async () => {
    await suite('broken', 9);
    const { code, printed } = await run();
    expect(printed).toContain('test: red twice');
    expect(code).toBe(1);
  });

  it('runs many red suites no second time', async () => {
    for (let at = 1; at <= 9; at += 1) await suite(`suite-${at}`, 1);
    const { code, printed } = await run();
    expect(printed).not.toContain('once more');
    expect(code).toBe(1);
  });

  it('is red when no suite has such a name', async () => {
    await suite('steady', 0);
    expect((await run('nothing-of-the-kind')).code).toBe(1);
  });
});
