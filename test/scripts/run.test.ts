import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shipmate-run-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function start(program: string, ...args: string[]) {
  const target = join(folder, 'target.ts');
  await writeFile(target, program);
  return spawn(process.execPath, [join(root, 'scripts/run.mjs'), relative(root, target), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
}

async function end(child: ChildProcess): Promise<unknown[]> {
  return once(child, 'exit');
}

describe('run.mjs', () => {
  it('runs TypeScript under a Node that can, and hands over arguments and the exit code', async () => {
    const child = await start(
      'const args: string[] = process.argv.slice(2); console.log(process.versions.node, ...args); process.exitCode = 7;',
      '--keep',
      'two words',
    );
    const [output, [code]] = await Promise.all([text(child.stdout), end(child)]);
    expect(output).toMatch(/^(2[4-9]|[3-9]\d)\.\S+ --keep two words\n$/);
    expect(code).toBe(7);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('passes %s on, and ends with what the target says', async (signal) => {
    const child = await start(
      `process.on('${signal}', () => process.exit(3)); setInterval(() => {}, 1000); console.log('up');`,
    );
    await once(child.stdout, 'data');
    const ended = end(child);
    child.kill(signal);
    expect(await ended).toEqual([3, null]);
  });

  it('dies of the signal that the target died of', async () => {
    const child = await start(`process.kill(process.pid, 'SIGKILL');`);
    expect(await end(child)).toEqual([null, 'SIGKILL']);
  });
});
