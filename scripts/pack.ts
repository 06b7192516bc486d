// What a package has beside the sources: `npm pack` and `npm publish` call this before (`make`) and after (`remove`).
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addPrograms, buildBundle, root, writeBundle } from './bundle/build-bundle.ts';
import { shrinkwrapOf } from './package/shrinkwrap.ts';

const bundleFolder = join(root, 'bundle');
const shrinkwrap = join(root, 'npm-shrinkwrap.json');

async function make(): Promise<void> {
  await remove();
  const bundle = await buildBundle(bundleFolder, { without: true });
  await addPrograms(bundle, bundleFolder);
  await writeBundle(bundleFolder, bundle);
  const lock = await readFile(join(root, 'package-lock.json'), 'utf8');
  await writeFile(shrinkwrap, `${JSON.stringify(shrinkwrapOf(JSON.parse(lock)), undefined, 2)}\n`);
}

async function remove(): Promise<void> {
  await rm(bundleFolder, { recursive: true, force: true });
  await rm(shrinkwrap, { force: true });
}

await (process.argv[2] === 'remove' ? remove() : make());
