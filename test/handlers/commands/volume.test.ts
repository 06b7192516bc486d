import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { ConflictError } from '../../../src/errors.ts';
import { loadEnvironment } from '../../../src/usecases/applications/application-environment.ts';
import { Application } from '../../../src/entities/application.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { serviceName, volumeName } from '../../../src/swarm/names.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeProject } from '../../support/factories.ts';
import { fakeDeps, fakeSwarm } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';

let db: TestDatabase;
let deps: Deps;
let ada: Person;
let application: Application;
const { swarm, calls, running } = fakeSwarm();
beforeAll(async () => {
  db = await createTestDatabase();
  deps = fakeDeps(db.database, { swarm });
  ada = await makePerson(deps, 'admin');
  const project = await makeProject(db.database, { name: 'shop', owner: ada.user });
  application = await makeApplication(db.database, { name: 'api', project });
  await ada.type('volume create taken shop/api /taken');
});
afterAll(() => db.close());

async function names(): Promise<unknown[]> {
  return (await executeSql(db.database.asSystem(), 'select name from volumes order by 1')).rows.map(
    (row) => row['name'],
  );
}

describe('a volume', () => {
  it('is made, mounted from the next deployment on, listed and removed', async () => {
    const made = await ada.type('volume create uploads shop/api /data/uploads --size 20');
    expect(made.text).toBe('`uploads` is mounted at `/data/uploads` with the next deployment: `redeploy shop/api`.');
    const { volumes } = await db.database.asSystem().transactional(async (em) => {
      return loadEnvironment(deps, em, await em.findOneOrFail(Application, application.id, { populate: ['project'] }));
    });
    expect(volumes).toContainEqual({
      name: expect.stringMatching(/^uploads-[0-9a-f]{8}$/),
      type: 'docker_volume',
      target: '/data/uploads',
      options: {},
    });
    expect((await ada.type('volume list shop/api')).table?.rows).toContainEqual([
      'uploads',
      'shop/api',
      '/data/uploads',
      'docker_volume',
      '20 GiB',
      '',
    ]);
    expect((await ada.type('volume remove uploads')).text).toContain('Its data stays: `docker volume rm uploads-');
    expect(calls).toEqual([]);
    expect(await names()).toEqual(['taken']);
    expect((await ada.type('audit --action application.volume_* --limit 1')).data).toEqual([
      expect.objectContaining({
        action: 'application.volume_remove',
        details: expect.objectContaining({
          volume: 'uploads',
          data: 'kept',
          before: { mount_path: '/data/uploads', type: 'docker_volume', size_gb: 20 },
        }),
      }),
    ]);
  });

  it('on NFS or behind a plugin keeps what its driver needs', async () => {
    await ada.type('volume create media shop/api /media --type nfs --server files.example --export /exports/shop');
    await ada.type('volume create archive shop/api /archive --type s3 --driver example/s3fs');
    const { rows } = await executeSql(
      db.database.asSystem(),
      `select type, options from volumes where name in ('media', 'archive') order by type`,
    );
    expect(rows).toEqual([
      { type: 'nfs', options: { server: 'files.example', path: '/exports/shop' } },
      { type: 's3', options: { driver: 'example/s3fs' } },
    ]);
  });

  it('loses its data when told, and stays when they are in use', async () => {
    await ada.type('volume create cache shop/api /cache');
    const busy = await makePerson(
      fakeDeps(db.database, {
        swarm: {
          ...swarm,
          removeVolume: async () => {
            throw new ConflictError('The volume `cache` is in use by a task.');
          },
        },
      }),
      'super_admin',
    );
    expect((await busy.type('volume remove cache --data')).text).toBe('The volume `cache` is in use by a task.');
    expect(await names()).toContain('cache');
    expect((await ada.type('volume remove cache --data')).text).toContain('Its data is deleted.');
    expect(calls).toEqual([expect.stringMatching(/^remove volume cache-[0-9a-f]{8}$/)]);
  });

  it('keeps its data while a service mounts it, also one without tasks', async () => {
    await ada.type('volume create held shop/api /held');
    running(serviceName('shop', 'api', application.id), 0);
    expect((await ada.type('volume remove held --data')).text).toContain(
      'Remove it without `--data`, `redeploy shop/api`',
    );
    expect(await names()).toContain('held');
    await swarm.remove(serviceName('shop', 'api', application.id));
    calls.length = 0;
  });

  it('is behind a Docker volume that no other application reaches by its name', () => {
    const volume = { name: 'data', type: 'docker_volume', options: {} };
    expect(volumeName(volume, 'one')).not.toBe(volumeName(volume, 'other'));
    expect(volumeName(volume, 'one')).toBe(volumeName(volume, 'one'));
    expect(volumeName({ ...volume, type: 'nfs' }, 'one')).not.toBe(volumeName(volume, 'one'));
  });

  it.each([
    ['volume create taken shop/api /other', 'The volume name `taken` is taken; names are unique across the Swarm.'],
    ['volume create other shop/api /taken', '`taken` is already mounted at `/taken`. Choose another path.'],
    ['volume create other shop/api data', '`data` is not a valid mount path. Use an absolute path below `/`'],
    ['volume create other shop/api /', '`/` is not a valid mount path'],
    ['volume create other shop/api /a/../etc', 'is not a valid mount path'],
    ['volume create other shop/api /taken/', '`taken` is already mounted at `/taken`.'],
    ['volume create other shop/api /run/secrets/x', 'belongs to the system.'],
    ['volume create other shop/api /a --type s3 --driver local', 'An `s3` volume needs a volume plugin'],
    ['volume create other shop/api /a --size 0', 'size: `0` is not a size from `1B` to `1000000G`.'],
    ['volume create other shop/api /a --type tape', '`tape` is not one of `docker_volume`, `nfs` or `s3`.'],
    ['volume create a/b shop/api /a', '`a/b` cannot name a volume'],
    ['volume create other shop/nothing /a', 'There is no application `shop/nothing`.'],
    ['volume create other shop/api /a --type nfs', 'An `nfs` volume needs a server and an export: `--server'],
    ['volume create other shop/api /a --type s3', 'An `s3` volume needs a volume plugin'],
    ['volume create other shop/api /a --server x', '`--server` and `--export` apply to `--type nfs` only.'],
    ['volume remove tekan', 'There is no volume `tekan`. Did you mean `taken`?'],
  ])('refuses %s with the next step', async (line, sentence) => {
    expect((await ada.type(line)).text).toContain(sentence);
  });

  it('keeps its project from being deleted, and is nobody else’s to see', async () => {
    await ada.type('app archive shop/api');
    expect((await ada.type('project delete shop')).text).toMatch(
      /still has\n- volumes of archived applications: .*`taken` \(`volume remove`\)\n/,
    );
    const stranger = await makePerson(deps, 'admin');
    expect((await stranger.type('volume list')).text).toContain('No volumes yet.');
    expect((await stranger.type('volume remove taken')).text).toContain('There is no volume `taken`.');
  });
});
