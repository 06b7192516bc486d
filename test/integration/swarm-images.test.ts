import { randomUUID } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { extract } from 'tar-stream';
import { removeServices } from '../../scripts/support/remove-services.ts';
import {
  baseImage,
  docker,
  ensureBaseImage,
  folder,
  quiet,
  requestOf,
  specOf,
  swarmWith,
  uniqueName,
} from '../support/swarm-fixture.ts';

const swarm = swarmWith();
const never = new AbortController().signal;
const application = randomUUID();
const name = uniqueName('images');
const made: string[] = [];

beforeAll(ensureBaseImage);
afterAll(async () => {
  await removeServices([name]);
  await swarm.removeNetwork(name);
  for (const tag of made)
    await docker
      .getImage(tag)
      .remove({ force: true })
      .catch(() => undefined);
});

/** An image as Shipmate builds it. */
async function build(): Promise<string> {
  await using context = await folder({ Dockerfile: `FROM ${baseImage}\nENV MADE=${randomUUID()}\n` });
  const labels = { 'shipmate.application': application, 'shipmate.deployment': randomUUID() };
  const { tag } = requestOf(context.path);
  await swarm.build(requestOf(context.path, { tag, labels }), quiet, never);
  made.push(tag);
  return tag;
}

describe('a folder', () => {
  it('becomes an image whose files belong to root', async () => {
    await using content = await folder({ 'etc/motd': 'hello' });
    const tag = `shipmate-test/${uniqueName('folder')}:1`;
    made.push(tag);
    const labels = { 'shipmate.managed': 'true' };
    await swarm.importFolder({ folder: content.path, tag, command: ['/usr/bin/caddy', 'run'], labels }, never);
    const { Config } = await docker.getImage(tag).inspect();
    expect(Config).toMatchObject({ Cmd: ['/usr/bin/caddy', 'run'], Labels: labels });
    const container = await docker.createContainer({ Image: tag });
    try {
      const archive = extract();
      const entries: Record<string, unknown> = {};
      archive.on('entry', ({ name: path, uid, gid }, stream, next) => {
        entries[path] = { uid, gid };
        stream.on('end', next).resume();
      });
      await pipeline(await container.getArchive({ path: '/etc/motd' }), archive);
      expect(entries).toEqual({ motd: { uid: 0, gid: 0 } });
    } finally {
      await container.remove();
    }
  });
});

describe('the images that Shipmate built', () => {
  it('are listed with size and age, and those of others are not', async () => {
    const tag = await build();
    const found = await swarm.builtImages();
    expect(found.flatMap(({ tags }) => tags)).not.toContain(baseImage);
    const own = found.find(({ tags }) => tags.includes(tag));
    expect(own?.application).toBe(application);
    expect(own?.sizeBytes).toBeGreaterThan(1e6);
    expect(Math.abs(Date.now() - (own?.createdAt.getTime() ?? 0))).toBeLessThan(600_000);
  });

  it('are in use while a service names them, before its last update too, and cannot be removed then', async () => {
    const [first, second] = [await build(), await build()];
    for (const image of [first, second]) {
      for await (const _progress of swarm.apply(specOf(name, name, { image }), never));
    }
    const used = (await swarm.imagesInUse()).map((image) => image.split('@')[0]);
    expect(used).toEqual(expect.arrayContaining([first, second]));
    expect(await swarm.removeImage(second)).toBe(false);
    expect(await swarm.findImage(second)).toBeDefined();
  });

  it('go when they are told to, with what they are made of, and it does not matter when they are gone', async () => {
    const tag = await build();
    expect(await swarm.removeImage(tag)).toBe(true);
    expect(await swarm.removeImage(tag)).toBe(false);
    expect(await swarm.findImage(tag)).toBeUndefined();
    // Only what is older than the moment goes: nothing of a build that runs right now.
    await swarm.pruneBuilds(new Date(Date.now() - 86_400_000));
    expect(await swarm.findImage(baseImage)).toBeDefined();
  });
});
