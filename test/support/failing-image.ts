import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { baseImage, ensureBaseImage, folder, quiet, requestOf, swarmWith } from './swarm-fixture.ts';

const source = fileURLToPath(new URL('../fixtures/failing', import.meta.url));

/** Files that can be executed. */
const programs = ['no-interpreter'];

/** An image of all applications that fail, in `/failing`; made once for each state of them. */
export async function failingImage(): Promise<string> {
  await ensureBaseImage();
  const names = (await readdir(source, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(source.length + 1))
    .sort();
  const files = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(source, name), 'utf8')] as const)),
  );
  const hash = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 8);
  const tag = `shipmate-test/failing:${hash}`;
  if (await swarmWith().findImage(tag)) return tag;
  await using context = await folder();
  await context.write(Object.fromEntries(Object.entries(files).map(([name, text]) => [`failing/${name}`, text])));
  // The base image has no chmod.
  const chmod = programs.map((name) => `require('fs').chmodSync('/failing/${name}', 0o755)`).join(';');
  await context.write({
    Dockerfile: `FROM ${baseImage}\nCOPY failing /failing\nRUN ["/usr/local/bin/node", "-e", ${JSON.stringify(chmod)}]\n`,
  });
  await swarmWith().build(requestOf(context.path, { tag }), quiet, new AbortController().signal);
  return tag;
}
