import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Bundle, buildBundle, entryName, root, writeBundle } from './bundle/build-bundle.ts';
import { recordName, stamp } from './setup/bundle-record.mjs';

// Bundles Shipmate for faster starts; see docs/adr/0031-production-starts-a-bundle.md.
//
//   node scripts/make-bundle.ts FOLDER         for `npm start`: a folder of its own in FOLDER, and a record of its sources
//   node scripts/make-bundle.ts --into FOLDER  for an image: `FOLDER/main.bundle.mjs`

const [first = '', second] = process.argv.slice(2);
if (first === '--into' && second) await writeBundle(resolve(second), await buildBundle(resolve(second)));
else await keep(resolve(first));

async function keep(parent: string): Promise<void> {
  const began = Date.now();
  const bundle = await buildBundle(join(parent, 'bundle'));
  const name = nameOf(bundle);
  const partial = join(parent, `${name}.${process.pid}`);
  await writeBundle(partial, bundle);
  // One that is there has the same contents.
  await rename(partial, join(parent, name)).catch(() => rm(partial, { recursive: true }));
  const files = (await sourcesOf(bundle)).map((path) => record(path, began));
  const written = join(parent, `${recordName}.${process.pid}`);
  await writeFile(written, JSON.stringify({ entry: join(name, entryName), files }));
  await rename(written, join(parent, recordName));
  await removeOld(parent, name);
}

function nameOf({ files }: Bundle): string {
  const hash = createHash('sha256');
  for (const [name, contents] of files) hash.update(name).update(contents);
  return hash.digest('hex').slice(0, 16);
}

/** What it is made of, what makes it, and what says which libraries are there. */
async function sourcesOf({ inputs }: Bundle): Promise<string[]> {
  const makers = (await readdir(join(root, 'scripts/bundle'))).map((name) => `scripts/bundle/${name}`);
  const lists = ['package.json', 'package-lock.json', 'node_modules/.package-lock.json'];
  return [...inputs, ...makers, 'scripts/make-bundle.ts', ...lists.filter((path) => existsSync(join(root, path)))];
}

/** A file that changed while the bundle was made is recorded as one that has changed since. */
function record(path: string, began: number): [string, number, number] {
  const [ctimeMs, size] = stamp(join(root, path));
  return [path, ctimeMs < began ? ctimeMs : 0, size];
}

/** Leaves the one before: a process that runs it may still load chunks. */
async function removeOld(parent: string, current: string): Promise<void> {
  const names = (await readdir(parent)).filter((name) => /^[0-9a-f]{16}$/.test(name) && name !== current);
  const [, ...old] = names.toSorted((a, b) => stamp(join(parent, b))[0] - stamp(join(parent, a))[0]);
  for (const name of old) await rm(join(parent, name), { recursive: true, force: true });
}
