import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { until } from '../support/until.ts';

const runChild = new URL('../../bin/run-child.mjs', import.meta.url).href;

/** A Node that runs another one in its place. Its process id is printed once `script` was read. */
async function runInstead(script: string): Promise<{ parent: ChildProcess; child: number; end: Promise<unknown[]> }> {
  const program = `${script}; console.log(process.pid);`;
  const code = `import { runInstead } from ${JSON.stringify(runChild)};
    runInstead(process.execPath, ['-e', ${JSON.stringify(program)}], process.env);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  // From the start: it may end before what it printed is read.
  const end = once(parent, 'exit');
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  return { parent, child: Number(String(line)), end };
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const waits = 'setInterval(() => {}, 1000)';

describe('a program that runs in the place of another', () => {
  it.each([0, 3])('hands its exit code through: %i', async (code) => {
    const { end } = await runInstead(`process.exitCode = ${code}`);
    expect(await end).toEqual([code, null]);
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('gets %s and may end in its own way', async (signal) => {
    const { parent, child, end } = await runInstead(`${waits}; process.on('${signal}', () => process.exit(7))`);
    parent.kill(signal);
    expect(await end).toEqual([7, null]);
    expect(runs(child)).toBe(false);
  });

  it('gets SIGTERM when the shell ends that npm started it with', async () => {
    const script = `${waits}; process.on('SIGTERM', () => process.exit(7)); console.log(process.pid)`;
    const code = `import { runInstead } from ${JSON.stringify(runChild)};
      runInstead(process.execPath, ['-e', ${JSON.stringify(script)}], process.env);`;
    const env = { ...process.env, npm_lifecycle_event: 'serve', PROGRAM: process.execPath, CODE: code };
    // The second command keeps the shell from becoming the program.
    const shell = spawn('sh', ['-c', '"$PROGRAM" --input-type=module -e "$CODE"; exit'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env,
    });
    const [line] = (await once(shell.stdout, 'data')) as [Buffer];
    const child = Number(String(line));
    shell.kill('SIGTERM');
    await until('the end of the program', () => !runs(child));
  });

  it('ends both by a signal that it does not handle', async () => {
    const { parent, child, end } = await runInstead(waits);
    parent.kill('SIGTERM');
    expect(await end).toEqual([null, 'SIGTERM']);
    await until('the end of the child', () => !runs(child));
  });
});
