import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { hasImage, importImage } from '../../scripts/support/import-image.ts';
import { unpackPackages } from '../../src/host/debian-packages.ts';
import { connectDocker } from '../../src/swarm/dockerode.ts';
import { commonPackages, commonPrograms, type Recipe, recipes } from './database-images/recipes.ts';
import { entrypointOf, fillTree, treeVersion } from './database-images/tree.ts';
import { unpackRelease } from './database-images/unpack-release.ts';

const cache = fileURLToPath(new URL('../../node_modules/.cache/shipmate/packages', import.meta.url));

export interface DatabaseImage {
  /** e.g. `shipmate-test-postgres:15-<hash>` */
  image: string;
  version: string;
}

/**
 * An image with the real server and its dump tools, made from Debian's packages, which understands what the official
 * image does: the variables for a new server, its arguments, `docker run <image> pg_dump …`. `mysql` is MariaDB; Debian
 * has no MongoDB. Made once, then only looked up.
 */
export async function ensureDatabaseImage(type: keyof typeof recipes): Promise<DatabaseImage> {
  const recipe: Recipe = recipes[type];
  const hash = createHash('sha256')
    .update(JSON.stringify([treeVersion, commonPrograms, recipe, recipe.without?.source]))
    .update(await readFile(entrypointOf(type)))
    .digest('hex')
    .slice(0, 12);
  const image = `${recipe.name}:${recipe.version}-${hash}`;
  if (!(await hasImage(image))) await make(image, type, recipe);
  return { image, version: recipe.version };
}

function unpack({ name, packages, release, version }: Recipe): Promise<string> {
  // What was unpacked for an earlier list lacks what was added to it.
  const list = createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 8);
  const folder = join(cache, `${name}-${version}-${list}`);
  if (release === undefined) return unpackPackages(packages, folder);
  return unpackRelease(release, [...packages, ...commonPackages], folder);
}

async function make(image: string, type: string, recipe: Recipe): Promise<void> {
  const packages = await unpack(recipe);
  const root = await mkdtemp(join(tmpdir(), 'shipmate-database-image-'));
  try {
    await fillTree(root, type, recipe, packages);
    const plain = recipe.template ? `${image}-plain` : image;
    await importImage(plain, root, [
      ...Object.entries(recipe.env).map(([key, value]) => `ENV ${key}=${value}`),
      `EXPOSE ${recipe.port}`,
      `VOLUME ${recipe.dataPath}`,
      'ENTRYPOINT ["/entrypoint.sh"]',
    ]);
    if (recipe.template) await withTemplate(plain, image, recipe.template);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Has the entrypoint of an image prepare what every server begins with, and keeps that in another image. */
async function withTemplate(from: string, to: string, command: readonly string[]): Promise<void> {
  const docker = connectDocker(process.env['DOCKER_HOST']);
  const container = await docker.createContainer({ Image: from, Cmd: [...command], Tty: true });
  try {
    const output = await container.attach({ stream: true, stdout: true, stderr: true });
    await container.start();
    const printed = await text(output);
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    if (StatusCode !== 0) throw new Error(`the template of ${to} could not be made: ${printed}`);
    const [repo, tag] = to.split(':');
    await container.commit({ repo, tag, changes: 'CMD []' });
  } finally {
    await container.remove({ force: true, v: true });
    await docker.getImage(from).remove({ force: true });
  }
}
