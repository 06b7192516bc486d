import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface PlannerRun {
  args: string[];
  env: Record<string, string>;
}

/** Puts what stands in for the planners first in PATH, until disposed of. Their images are based on `base`. */
export async function putPrograms(base: string) {
  const root = await mkdtemp(join(tmpdir(), 'shipmate-planners-'));
  const before = process.env['PATH'] ?? '';
  for (const name of ['nixpacks', 'railpack']) {
    const script = await readFile(join(import.meta.dirname, `${name}.mjs`), 'utf8');
    const log = join(root, 'log', name);
    await mkdir(log, { recursive: true });
    await mkdir(join(root, 'bin'), { recursive: true });
    const recording = `import { writeFileSync as record } from 'node:fs';
record('${log}/' + process.pid, JSON.stringify({ args: process.argv.slice(2), env: process.env }));
const BASE = ${JSON.stringify(base)};
`;
    await writeFile(join(root, `${name}.mjs`), recording + script);
    const start = `#!/bin/sh\nexec '${process.execPath}' '${root}/${name}.mjs' "$@"\n`;
    await writeFile(join(root, 'bin', name), start, { mode: 0o755 });
  }
  process.env['PATH'] = `${join(root, 'bin')}${delimiter}${before}`;
  return {
    base,
    /** How often and with what it was called, since it was last asked. */
    async runs(name: string): Promise<PlannerRun[]> {
      const log = join(root, 'log', name);
      const runs: PlannerRun[] = [];
      for (const one of await readdir(log)) {
        runs.push(JSON.parse(await readFile(join(log, one), 'utf8')) as PlannerRun);
        await rm(join(log, one));
      }
      return runs;
    },
    async [Symbol.asyncDispose]() {
      process.env['PATH'] = before;
      await rm(root, { recursive: true, force: true });
    },
  };
}
