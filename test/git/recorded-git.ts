import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../support/until.ts';

interface GitRun {
  pid: number;
  args: string;
  env: string[];
}

export interface RecordedGit extends Disposable {
  /** Every git that Shipmate started, in no order. */
  runs(): Promise<GitRun[]>;
}

/** Puts a git first in PATH that writes down what it is called with, until it is disposed of. */
export async function recordGit(folder: string): Promise<RecordedGit> {
  const root = await mkdtemp(join(folder, 'recorded-'));
  const [bin, log] = [join(root, 'bin'), join(root, 'log')];
  await mkdir(bin);
  await mkdir(log);
  const before = process.env['PATH'] ?? '';
  const script = `#!/bin/sh
printf '%s\\n' "$*" > '${log}'/$$
PATH='${before}' env >> '${log}'/$$
PATH='${before}' exec git "$@"
`;
  await writeFile(join(bin, 'git'), script, { mode: 0o755 });
  process.env['PATH'] = `${bin}${delimiter}${before}`;
  return {
    async runs() {
      const names = await readdir(log);
      return Promise.all(
        names.map(async (name) => {
          const [args = '', ...env] = (await readFile(join(log, name), 'utf8')).trim().split('\n');
          return { pid: Number(name), args, env };
        }),
      );
    },
    [Symbol.dispose]() {
      process.env['PATH'] = before;
    },
  };
}

/** Waits until no process of the groups runs; those that ended and that nobody has asked about yet do not count. */
export async function groupsGone(leaders: number[]): Promise<void> {
  await until('the end of all processes', async () => {
    const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pgid=,stat=']);
    const running = stdout.split('\n').map((line) => line.trim().split(/\s+/));
    return !running.some(([group, state]) => leaders.includes(Number(group)) && !state?.startsWith('Z'));
  });
}
