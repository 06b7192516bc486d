import { join } from 'node:path';
import { root as checkout } from '../../../scripts/bundle/build-bundle.ts';
import type { DebianRoot, Ran } from '../../../scripts/support/debian-root.ts';
import { pack, type Packed } from '../../../scripts/support/pack.ts';
import { oncePerRun } from '../once-per-run.ts';
import { runFolder } from '../test-run.ts';

/** The package, made once for all suites, since npm packs in the checkout. */
export async function packedOnce(): Promise<Packed> {
  return oncePerRun('package', () => pack(join(runFolder(), 'packed')));
}

/** Where a root folder finds the package, and the libraries of the lock file with a Node among them. */
export function mountsOf({ folder }: Packed): Record<string, string> {
  return { '/mnt/package': folder, '/mnt/node_modules': join(checkout, 'node_modules') };
}

/** The package's command, as npx would start it. */
export async function packaged({ run }: DebianRoot, ...args: string[]): Promise<Ran> {
  const node = `/mnt/node_modules/node-${process.platform}-${process.arch}/bin/node`;
  return run(node, ['/mnt/package/bin/shipmate.mjs', ...args]);
}

export async function answerOf(port: number, path: string): Promise<number | undefined> {
  return fetch(`http://127.0.0.1:${port}${path}`).then(
    ({ status }) => status,
    () => undefined,
  );
}

/** What it printed. @throws {Error} with what went wrong. */
export function done({ code, out, err }: Ran): string {
  if (code !== 0) throw new Error(`ended with ${code}:\n${err}\n${out}`);
  return out;
}
