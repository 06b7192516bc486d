import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { tellEndedWork } from '../../../src/bots/tell-ended-work.ts';
import { RefusedError } from '../../../src/bots/refused.ts';
import { executeSql } from '../../../src/database/database.ts';
import { Backup } from '../../../src/entities/backup.ts';
import { ManagedDatabase } from '../../../src/entities/managed-database.ts';
import { Restore } from '../../../src/entities/restore.ts';
import { Volume } from '../../../src/entities/volume.ts';
import type { Reply } from '../../../src/replies/reply.ts';
import type { ServiceStatus } from '../../../src/swarm/swarm.ts';
import { runBackup } from '../../../src/usecases/backups/run-backup.ts';
import { runRestore } from '../../../src/usecases/backups/run-restore.ts';
import { verifyBackup } from '../../../src/usecases/backups/verify-backup.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { removeDatabaseJobName } from '../../../src/usecases/databases/database-jobs.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { fakeBackupStore, fakeOneShots, printedBack } from '../../support/fake-backups.ts';
import { fakeDeps, fakeQueue, fakeSwarm } from '../../support/fakes.ts';
import { makeProject } from '../../support/factories.ts';
import { makeManagedDatabase } from '../../support/managed-database.ts';
import { makePerson, type Person } from '../../support/person.ts';
import { recordingBot } from '../../support/recording-bot.ts';

const { signal } = new AbortController();
const lease = { lost: signal, release: async () => undefined };

let db: TestDatabase;
let deps: Deps;
let root: Person;
let service: ServiceStatus | undefined;
let troubles: { ended: number; errors: string[] };
let breaks: boolean;
const jobs: { name: string; input?: Record<string, unknown> }[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  const inspect = async () => service;
  deps = fakeDeps(db.database, {
    leases: { tryAcquire: async () => lease, isHeld: async () => false, close: async () => undefined },
    backupStore: fakeBackupStore().store,
    queue: { ...fakeQueue().queue, enqueueJob: async (job) => void jobs.push(job) },
    swarm: { ...fakeSwarm().swarm, inspect, troubles: async () => troubles },
    oneShots: fakeOneShots({
      async *output() {
        yield Buffer.from('COPY public.orders (id) FROM stdin;\n1\n\\.\n');
      },
      async run(shot, input) {
        const printed = await printedBack(shot, input);
        if (breaks && input) throw new Error('NOTICE:  skipping\nERROR:  the server is full');
        return printed;
      },
      async start() {
        throw new Error('the drill broke');
      },
    }),
  });
  root = await makePerson(deps, 'super_admin');
  const project = await makeProject(db.database, { name: 'shop', owner: root.user });
  await makeManagedDatabase(deps, project, 'postgresql', { image: 'postgres:17', version: '17' }, 'main');
});
afterAll(() => db.close());
beforeEach(() => {
  jobs.length = 0;
  breaks = true;
  service = undefined;
  troubles = { ended: 0, errors: [] };
});

const system = () => db.database.asSystem();

async function backedUp(): Promise<string> {
  const { data } = await root.type('db backup shop/main');
  const { id } = data as { id: string };
  await runBackup(deps, id, signal);
  return id;
}

async function requested(line: string): Promise<string> {
  return ((await root.type(line)).data as { restore: string }).restore;
}

/** What people read where they asked, who is mentioned, and whom alone the bot told. */
async function told(refuses?: RefusedError): Promise<[string, string][]> {
  const heard: [string, string][] = [];
  const bot = recordingBot({ platform: root.origin.platform as 'console' });
  bot.post = async (channel: string, reply: Reply) => {
    if (refuses) throw refuses;
    heard.push([`${channel} ${reply.mentions?.join()}`, `${reply.title}. ${reply.text}`]);
    return { channel, message: '1' };
  };
  bot.tell = async (account, reply) => void heard.push([`to ${account}`, `${reply.title}. ${reply.text}`]);
  await tellEndedWork(deps, bot, new Date());
  return heard;
}

const where = () => `${root.origin.channel} ${root.origin.account}`;

describe('a restore that fails', () => {
  it('is said where it was asked for, once, and by the database that was to be restored into', async () => {
    const backup = await backedUp();
    expect(await told()).toEqual([
      [where(), expect.stringMatching(/^shop\/main is backed up\. The incremental backup \w+ is complete: 41 B\.$/)],
    ]);
    const restore = await requested('db restore shop/main latest --yes');
    const why = `ERROR:  the server is full. The database is unchanged. \`db restore shop/main ${backup.slice(0, 8)}\` tries again.`;
    expect(await runRestore(deps, restore, signal)).toEqual({ failed: 'shop/main: ERROR:  the server is full' });
    expect(await told()).toEqual([[where(), `Restore of shop/main failed. ${why}`]]);
    expect(await told()).toEqual([]);
    const { fields } = await root.type('db show shop/main');
    expect(fields).toContainEqual({ name: 'Last restore', value: expect.stringMatching(/^failed, .* ago: ERROR/) });
  });

  it('into a new database leaves nothing of it, and is listed with its source', async () => {
    await backedUp();
    const restore = await requested('db restore shop/main latest --into shop/copy');
    await system().nativeUpdate(ManagedDatabase, { name: 'copy' }, { status: 'running' });
    jobs.length = 0;
    const { failed } = (await runRestore(deps, restore, signal)) as { failed: string };
    expect(failed).toBe('shop/copy: ERROR:  the server is full');
    expect(await system().count(ManagedDatabase, { name: 'copy' })).toBe(0);
    expect(await system().count(Volume, { name: 'copy' })).toBe(0);
    expect(jobs).toEqual([
      expect.objectContaining({
        name: removeDatabaseJobName,
        input: { service: expect.stringMatching(/^shop-copy-/), volume: expect.stringMatching(/^shop-copy-/) },
      }),
    ]);
    const { text } = await root.type('db backups shop/main');
    expect(text).toContain('`shop/copy` is deleted again.');
    expect(await told()).toContainEqual([where(), expect.stringContaining('Restore of shop/copy failed.')]);
    const { fields } = await root.type('db show shop/main');
    expect(JSON.stringify(fields)).not.toContain('copy');
  });

  it('into a new name that is refused creates nothing', async () => {
    await backedUp();
    await executeSql(system(), `update backups set status = 'failed'`, []);
    const before = await system().count(ManagedDatabase, {});
    const { rows } = await executeSql<{ id: string }>(system(), `select id from backups limit 1`, []);
    const reply = await root.type(`db restore shop/main ${rows[0]?.id} --into shop/other`);
    expect([reply.tone, await system().count(ManagedDatabase, {})]).toEqual(['danger', before]);
    await executeSql(system(), `update backups set status = 'success'`, []);
  });
});

describe('a restore into a new database', () => {
  const status = (running: number): ServiceStatus => ({
    name: 'shop_copy',
    image: 'postgres:17',
    version: 1,
    replicas: 1,
    running,
    labels: {},
  });

  async function intoFailed(name: string): Promise<string> {
    await backedUp();
    const restore = await requested(`db restore shop/main latest --into shop/${name}`);
    await system().nativeUpdate(ManagedDatabase, { name }, { status: 'failed', statusReason: 'its task is gone' });
    breaks = false;
    return restore;
  }

  it('waits for a server that Swarm still starts, whatever the watch took it for', async () => {
    const restore = await intoFailed('slow');
    service = status(0);
    let looks = 0;
    deps.swarm.inspect = async () => {
      looks += 1;
      return looks > 1 ? status(1) : service;
    };
    await runRestore(deps, restore, signal);
    deps.swarm.inspect = async () => service;
    const { metadata, status: ended } = await system().findOneOrFail(Restore, restore);
    expect([ended, metadata.error, looks]).toEqual(['success', undefined, 2]);
  });

  it('fails at once when its server ended by itself', async () => {
    const restore = await intoFailed('broken');
    service = status(0);
    troubles = { ended: 1, errors: ['exited with code 1'] };
    await runRestore(deps, restore, signal);
    const { metadata } = await system().findOneOrFail(Restore, restore);
    expect(metadata.error).toContain('The new database is `failed`: its task is gone.');
  });
});

describe('a snapshot that is restored', () => {
  it('ends what was archived of the log of the files that it replaces', async () => {
    const id = await backedUp();
    const insert = `insert into backups (id, database_id, type, status, storage_path, size_bytes, completed_at, metadata)
      select gen_random_uuid(), database_id, $2, 'success', storage_path, size_bytes, now(), metadata || $3 from backups where id = $1`;
    const log = { system: '1', archived: '0/1', since: '2026-11-28T01:00:00Z', until: '2026-11-28T02:00:00Z' };
    await executeSql(system(), insert, [id, 'base', JSON.stringify({ log })]);
    await executeSql(system(), insert, [id, 'snapshot', '{}']);
    const status = { name: 'shop_main', image: 'postgres:17', version: 1, replicas: 1, running: 1, labels: {} };
    service = status;
    deps.oneShots.writeVolume = async (_use, tar) => {
      for await (const _chunk of tar) continue;
    };
    const { rows } = await executeSql<{ id: string }>(system(), `select id from backups where type = 'snapshot'`, []);
    const restore = await requested(`db restore shop/main ${rows[0]?.id} --yes`);
    breaks = false;
    await runRestore(deps, restore, signal);
    const { metadata, status: ended } = await system().findOneOrFail(Restore, restore);
    expect([ended, metadata.error]).toEqual(['success', undefined]);
    const { metadata: of } = await system().findOneOrFail(Backup, { type: 'base' });
    expect(of.log).toEqual({ ...log, closed: 'Its files were replaced by those of a snapshot.' });
    await executeSql(system(), `delete from backups where type in ('base', 'snapshot')`, []);
  });
});

describe('a drill that fails', () => {
  it('is said where it was asked for, or to the person alone where the bot may not write', async () => {
    const backup = await backedUp();
    await told();
    await root.type('db verify shop/main');
    expect(await verifyBackup(deps, backup, signal)).toEqual({ failed: 'shop/main: the drill broke' });
    expect(
      await told(new RefusedError(new Error('not in the channel'), { kind: 'channel', step: '/invite me' })),
    ).toEqual([
      [
        `to ${root.origin.account}`,
        expect.stringMatching(/^Restore drill of shop\/main failed\. Backup \w+ did not pass/),
      ],
    ]);
    expect(await told()).toEqual([]);
  });
});
