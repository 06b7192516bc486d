import { execFile } from 'node:child_process';
import { access, chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** A git that can be held up: put `path` first in PATH. */
export interface HeldGit extends AsyncDisposable {
  path: string;
  hold(): Promise<void>;
  release(): Promise<void>;
  /** A git was called since it is held. */
  isWaiting(): Promise<boolean>;
}

export async function createHeldGit(): Promise<HeldGit> {
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-git-'));
  const [held, waiting] = [join(folder, 'held'), join(folder, 'waiting')];
  const { stdout } = await promisify(execFile)('sh', ['-c', 'command -v git']);
  const script = `#!/bin/sh
while [ -e ${held} ]; do : > ${waiting}; sleep 0.05; done
exec ${stdout.trim()} "$@"
`;
  await writeFile(join(folder, 'git'), script);
  await chmod(join(folder, 'git'), 0o755);
  const release = async () => {
    await rm(held, { force: true });
    await rm(waiting, { force: true });
  };
  return {
    path: `${folder}${delimiter}${process.env['PATH']}`,
    hold: () => writeFile(held, ''),
    release,
    isWaiting: () =>
      access(waiting).then(
        () => true,
        () => false,
      ),
    // Those that wait see that nothing holds them any more, and find nothing to write to.
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
