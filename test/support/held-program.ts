import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findProgram } from '../../src/host/find-program.ts';

/** A program that can be held up: put `path` first in PATH. */
export interface HeldProgram extends AsyncDisposable {
  path: string;
  /** Holds the runs with that argument (default: every run), after `pass` more of them (default 0). */
  hold(argument?: string, pass?: number): Promise<void>;
  release(): Promise<void>;
  /** Such a run waits. */
  isWaiting(argument?: string): Promise<boolean>;
}

/** @param packages Where its package is unpacked when this machine has no such program. */
export async function createHeldProgram(name: string, packages: string): Promise<HeldProgram> {
  const program = await findProgram(name, packages);
  const folder = await mkdtemp(join(tmpdir(), `shipmate-held-${name}-`));
  const file = (what: string, argument = 'any') => join(folder, `${what}-${argument}`);
  // What holds is a file with the number of runs that pass.
  const script = `#!/bin/sh
for argument in any "$@"; do
  held="${folder}/held-$argument"
  [ -f "$held" ] || continue
  read -r pass < "$held"
  if [ "$pass" -gt 0 ]; then echo $((pass - 1)) > "$held"; continue; fi
  while [ -f "$held" ]; do : > "${folder}/waiting-$argument"; sleep 0.05; done
done
exec ${program} "$@"
`;
  await writeFile(join(folder, name), script, { mode: 0o755 });
  const held = new Set<string | undefined>();
  return {
    path: `${folder}${delimiter}${process.env['PATH']}`,
    async hold(argument, pass = 0) {
      held.add(argument);
      await rm(file('waiting', argument), { force: true });
      await writeFile(file('held', argument), `${pass}\n`);
    },
    async release() {
      for (const argument of held) {
        await rm(file('held', argument), { force: true });
        await rm(file('waiting', argument), { force: true });
      }
      held.clear();
    },
    isWaiting: (argument) =>
      access(file('waiting', argument)).then(
        () => true,
        () => false,
      ),
    // Those that wait see that nothing holds them any more, and find nothing to write to.
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
