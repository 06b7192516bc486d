import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
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

/** Waits until every process of the groups is gone, those included that the system still clears away. */
export async function groupsGone(leaders: number[]): Promise<void> {
  await until('the end of all processes', () => !leaders.some(isThere));
}

function isThere(leader: number): boolean {
  try {
    process.kill(-leader, 0);
    return true;
  } catch {
    return false;
  }
}
