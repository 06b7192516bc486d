import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { Application } from '../../../src/entities/application.ts';
import { ManagedDatabase } from '../../../src/entities/managed-database.ts';
import { User } from '../../../src/entities/user.ts';
import { loadEnvironment } from '../../../src/usecases/applications/application-environment.ts';
import type { JobRequest } from '../../../src/queue/queue.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { type Crew, makeCrew } from '../../support/crew.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeProject } from '../../support/factories.ts';
import { fakeDeps, fakeQueue, fakeSwarm } from '../../support/fakes.ts';

let db: TestDatabase;
let deps: Deps;
let crew: Crew;
let application: Application;
const jobs: JobRequest[] = [];
const { swarm, running } = fakeSwarm();
beforeAll(async () => {
  db = await createTestDatabase();
  const queue = { ...fakeQueue().queue, enqueueJob: async (job: JobRequest) => void jobs.push(job) };
  deps = fakeDeps(db.database, { swarm, queue });
  crew = await makeCrew(deps, 'shop');
  await db.database.asSystem().nativeUpdate(User, { id: crew.lea.user.id }, { role: 'admin' });
  application = await makeApplication(db.database, { name: 'api', project: crew.project });
});
beforeEach(() => void jobs.splice(0));
afterAll(() => db.close());

async function lea(line: string) {
  return crew.lea.type(line);
}

async function row(name: string): Promise<ManagedDatabase> {
  return db.database.asSystem().transactional(async (em) => em.findOneOrFail(ManagedDatabase, { name }));
}

async function become(name: string, status: string): Promise<void> {
  await executeSql(db.database.asSystem(), 'update databases set status = $2 where name = $1', [name, status]);
}

async function environment() {
  return db.database.asSystem().transactional(async (em) => {
    const loaded = await em.findOneOrFail(Application, application.id, { populate: ['project'] });
    return loadEnvironment(deps, em, loaded);
  });
}

describe('a database', () => {
  beforeAll(async () => {
    await lea('db create shop/orders --type postgresql --size 10 --config max_connections=200 --memory 1G');
  });

  it('is made with a volume and encrypted credentials, and a job brings it up', async () => {
    const made = await lea('db create shop/stock --type mysql --image mariadb:11.4');
    expect(made.text).toMatch(/^`shop\/stock` \(MySQL 11.4\) is starting\. `db attach shop\/stock <application>`/);
    const { id, status, version, config } = await row('stock');
    expect({ status, version, config }).toEqual({
      status: 'initializing',
      version: '11.4',
      config: { image: 'mariadb:11.4' },
    });
    expect(jobs).toEqual([expect.objectContaining({ name: 'reconcile-database', input: { databaseId: id } })]);
    const stored = await executeSql(
      db.database.asSystem(),
      `select d.connection_string, v.name, v.mount_path, v.size_gb from databases d join volumes v on v.database_id = d.id
       where d.name in ('orders', 'stock') order by d.name`,
    );
    expect(stored.rows).toEqual([
      expect.objectContaining({ mount_path: '/var/lib/postgresql/data', size_gb: 10 }),
      expect.objectContaining({ mount_path: '/var/lib/mysql', size_gb: 1 }),
    ]);
    for (const one of stored.rows) expect(one['connection_string']).toMatch(/^v1\./);
  });

  it('is listed and shown without its credentials', async () => {
    const listed = await lea('db list');
    expect(listed.table?.rows).toContainEqual(['shop/orders', 'PostgreSQL 17', 'initializing']);
    const shown = await lea('db show orders');
    expect(shown.fields).toEqual(
      expect.arrayContaining([
        { name: 'Engine', value: 'PostgreSQL 17' },
        { name: 'Address', value: expect.stringMatching(/^shop-orders-[0-9a-f]{8}:5432$/) },
        { name: 'Volume', value: expect.stringMatching(/^shop-orders-[0-9a-f]{8}, 10 GiB planned$/) },
        { name: 'Limits', value: '1G memory' },
        { name: 'Settings', value: 'max_connections=200' },
        { name: 'Last backup', value: 'none' },
      ]),
    );
    expect(JSON.stringify([listed, shown])).not.toMatch(/postgresql:\/\/|v1\./);
  });

  it('gives its credentials only privately, to those who may change it, and that is recorded', async () => {
    const reply = await crew.ada.type('db show shop/orders --credentials');
    expect(reply).toMatchObject({
      private: true,
      code: expect.stringMatching(/^postgresql:\/\/app:[0-9a-f]{48}@shop-orders-/),
    });
    expect((await crew.viewer.type('db show shop/orders --credentials')).text).toContain(
      'This needs the role `member`',
    );
    expect((await crew.stranger.type('db show shop/orders')).text).toContain('There is no database `shop/orders`.');
    const { rows } = await executeSql(
      db.database.asSystem(),
      `select user_id, resource_type from audit_logs where action = 'database.read_credentials'`,
    );
    expect(rows).toEqual([{ user_id: crew.ada.user.id, resource_type: 'database' }]);
  });

  it('is attached to an application by a secret variable, and detached', async () => {
    const attached = await crew.ada.type('db attach shop/orders shop/api');
    expect(attached.text).toContain('in `DATABASE_URL` with its next deployment: `redeploy shop/api`.');
    expect(attached.actions).toContainEqual(expect.objectContaining({ command: 'redeploy shop/api' }));
    expect((await environment()).secret['DATABASE_URL']).toMatch(/^postgresql:\/\/app:/);
    expect((await lea('db show orders')).fields).toContainEqual({ name: 'Attached', value: 'shop/api (DATABASE_URL)' });
    expect((await crew.ada.type('db attach shop/orders shop/api')).text).toContain(
      'is already attached to `shop/orders` as `DATABASE_URL`.',
    );
    expect((await crew.ada.type('db attach shop/stock shop/api')).text).toContain('Choose another with `--as`');
    await crew.ada.type('db attach shop/stock shop/api --as STOCK_URL');
    expect((await lea('db delete shop/stock --data')).text).toContain('`db detach shop/stock shop/api`');
    expect((await crew.ada.type('db detach shop/stock shop/api')).text).toContain(
      'Removed `STOCK_URL` from `shop/api`',
    );
    expect((await crew.ada.type('db detach shop/stock shop/api')).text).toContain('is not attached to `shop/stock`');
    expect((await environment()).secret).not.toHaveProperty('STOCK_URL');
  });

  it('is not attached any more once its variable has another value', async () => {
    await crew.ada.type('env set shop/api DATABASE_URL --secret', { secret: 'postgresql://elsewhere' });
    expect((await lea('db show orders')).fields).toContainEqual({ name: 'Attached', value: 'nothing' });
  });

  it('stops, starts and restarts', async () => {
    await become('orders', 'running');
    expect((await crew.ada.type('db start orders')).text).toContain(
      'is already running. To restart it: `db restart shop/orders`',
    );
    await crew.ada.type('db restart orders');
    expect(await row('orders')).toMatchObject({ status: 'initializing', config: { restarts: 1 } });
    expect((await crew.ada.type('db stop orders')).text).toContain('`db start shop/orders` brings it back.');
    expect((await row('orders')).status).toBe('stopped');
    expect((await crew.ada.type('db stop orders')).text).toContain('is already stopped.');
    await crew.ada.type('db start orders');
    expect((await row('orders')).status).toBe('initializing');
    expect(jobs.map((job) => job.name)).toEqual(['reconcile-database', 'reconcile-database', 'reconcile-database']);
  });

  it('changes with a way back, and refuses versions that its data cannot go to', async () => {
    const before = { version: '17', config: (await row('orders')).config };
    expect((await crew.ada.type('db set orders --config work_mem=8MB')).text).toContain(
      'Shipmate restores the previous settings',
    );
    expect(jobs[0]?.input).toMatchObject({ before });
    expect((await row('orders')).config).toMatchObject({ work_mem: '8MB', max_connections: 200 });
    expect((await crew.ada.type('db set orders --version 18')).text).toMatch(
      /PostgreSQL 18 cannot read the files of 17\. Create another, `db create shop\/orders-18 --type postgresql --version 18`/,
    );
    expect((await crew.ada.type('db set orders --version 16')).text).toContain('16 is older than 17');
    expect((await crew.ada.type('db set stock --version 12 --image mariadb:12')).text).toContain(
      'only a backup brings the old data back',
    );
    expect((await crew.ada.type('db set orders')).text).toContain('Nothing to change.');
  });

  it('shows what its server wrote, once there is one', async () => {
    expect((await lea('db logs orders')).text).toContain('has no service, so it has no logs');
    const { host } = (await lea('db show orders')).data as { host: string };
    running(host);
    expect((await lea('db logs orders --lines 2')).code).toBe(`${host} line 1\n${host} line 2`);
  });

  it.each([
    ['db create orders --type redis', 'Include the project in the name'],
    ['db create shop/Orders! --type redis', 'cannot name a database'],
    ['db create shop/orders --type postgresql', '`shop/orders` already exists. See `db show shop/orders`.'],
    ['db create shop/new --type postgres', 'Did you mean `postgresql`?'],
    [
      'db create shop/new --type redis --config speed=1',
      '`speed` is not a setting of this database. It supports `maxmemory`',
    ],
    [
      'db create shop/new --type redis --config maxmemory=lots',
      '`maxmemory` takes an amount of memory, e.g. 256MB, not',
    ],
    ['db create shop/new --type redis --image redis:latest', 'does not contain a version. Add `--version`'],
    ['db create shop/new --type redis --version newest', '`newest` is not a version.'],
    [
      'db create shop/new --type redis --memory much',
      'memory: `much` is not a size from `0B` to `1024T`. Examples: `512M`, `1.5G`.',
    ],
    ['db create shop/new --type redis --image "a b"', 'is not an image reference'],
    ['db create shop/new --type redis --image shipmate/shop-api-1f3a9c02:7', 'is an image that Shipmate builds'],
    ['db show shop/ordesr', 'There is no database `shop/ordesr`. Did you mean `shop/orders`?'],
    ['db set orders --config persistent=false', '`persistent` is fixed when a database is created.'],
    ['db attach orders shop/api --as lower', '`lower` cannot name a variable'],
    ['db delete orders', 'loses its data (`--data`) permanently. To confirm: `db delete shop/orders --data`.'],
    ['project delete shop', '`shop` still has'],
  ])('refuses %s with the next step', async (line, sentence) => {
    expect((await lea(line)).text).toContain(sentence);
  });

  it('is only for the applications of its project', async () => {
    const other = await makeProject(db.database, { name: 'books', owner: crew.lea.user });
    await makeApplication(db.database, { name: 'web', project: other });
    expect((await lea('db attach shop/orders books/web')).text).toContain('is reachable only from its own project');
  });

  it('is for its team to change and for its admins to delete', async () => {
    expect((await crew.viewer.type('db stop shop/orders')).text).toContain('This needs the role `member`');
    expect((await crew.eve.type('db delete shop/orders --data')).text).toContain('This needs the role `admin`');
  });

  it('goes with its data and backups only when both are named', async () => {
    const { id } = await row('orders');
    const insert = `insert into backups (id, database_id, type, status) values (gen_random_uuid(), $1, 'full', 'success')`;
    await executeSql(db.database.asSystem(), insert, [id]);
    expect((await lea('db delete orders --data')).text).toContain('its backup (`--backups`)');
    expect((await lea('db delete orders --data --backups')).text).toBe(
      '`shop/orders` is deleted. Its stored backups are being removed too.',
    );
    expect(jobs).toEqual([
      expect.objectContaining({
        name: 'remove-database',
        input: {
          service: expect.stringMatching(/^shop-orders-/),
          volume: expect.stringMatching(/^shop-orders-[0-9a-f]{8}-[0-9a-f]{8}$/),
        },
      }),
      expect.objectContaining({ name: 'rotate-backups', input: { deleted: id } }),
    ]);
    expect((await lea('db list')).table?.rows.map(([name]) => name)).toEqual(['shop/stock']);
  });

  it('says where its data stay when they are on another node', async () => {
    await lea('db create shop/far --type redis');
    const sql = `update volumes set node_id = 'n2', node_name = 'worker' where database_id = $1`;
    await executeSql(db.database.asSystem(), sql, [(await row('far')).id]);
    expect((await lea('db delete shop/far --data')).text).toMatch(
      /^`shop\/far` is deleted\. Its data stays on node `worker`, .*`docker volume rm shop-far-[0-9a-f]{8}-[0-9a-f]{8}` there\.$/,
    );
  });

  it('keeps its project from being deleted', async () => {
    await lea('app archive shop/api');
    expect((await crew.owner.type('project delete shop')).text).toContain('needs the role');
    await db.database.asSystem().nativeUpdate(User, { id: crew.owner.user.id }, { role: 'admin' });
    expect((await crew.owner.type('project delete shop')).text).toBe(
      '`shop` still has\n- databases: `shop/stock` (`db delete`)\n' +
        'To delete all of it with its data and backups, for good: `project delete shop --all`.',
    );
  });
});
