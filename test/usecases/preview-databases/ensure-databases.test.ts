import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Application } from '../../../src/entities/application.ts';
import { Backup } from '../../../src/entities/backup.ts';
import { ManagedDatabase } from '../../../src/entities/managed-database.ts';
import { Restore } from '../../../src/entities/restore.ts';
import { Volume } from '../../../src/entities/volume.ts';
import { serviceName } from '../../../src/swarm/names.ts';
import { networkOf } from '../../../src/usecases/applications/application-network.ts';
import { loadEnvironment } from '../../../src/usecases/applications/application-environment.ts';
import { scheduleBackups } from '../../../src/usecases/backups/schedule-backups.ts';
import { loadServer } from '../../../src/usecases/databases/database-server.ts';
import { awaitPreviewDatabases } from '../../../src/usecases/preview-databases/await-databases.ts';
import { ensurePreviewDatabases } from '../../../src/usecases/preview-databases/ensure-databases.ts';
import { openPreviewStage, type PreviewStage } from '../previews/stage.ts';

const never = new AbortController().signal;

let stage: PreviewStage;
beforeAll(async () => {
  stage = await openPreviewStage();
});
afterAll(() => stage.close());

type App = Awaited<ReturnType<PreviewStage['connect']>>;
type Data = 'empty' | 'backup';

const projectOf = (app: App) => app.name.split('/')[0] ?? '';

/** An application with an attached database, and what runs the preview of its request 42. */
async function opened(data: Data | undefined, request: Parameters<PreviewStage['tell']>[2] = {}) {
  const app = await stage.connect('github', data && { previews_database: data });
  const name = `${projectOf(app)}/orders`;
  await stage.root.type(`db create ${name} --type postgresql --version 16 --config max_connections=50`);
  await stage.root.type(`db attach ${name} ${app.name}`);
  await stage.db.asSystem().nativeUpdate(ManagedDatabase, { name: 'orders' }, { status: 'running' });
  await stage.tell('github', app, request);
  await stage.settle(app);
  return { app, name, variant: await variantOf(app) };
}

async function variantOf(app: App): Promise<Application> {
  const { variant } = await stage.previewOf(app);
  return stage.db.asSystem().findOneOrFail(Application, variant?.id ?? '', { populate: ['project'] });
}

const ensure = (variant: Application) => ensurePreviewDatabases(stage.deps, variant, never);
const ofPreview = (variant: Application) =>
  stage.db
    .asSystem()
    .find(ManagedDatabase, { variant }, { populate: ['project', 'standsFor'], orderBy: { name: 'asc' } });
const environmentOf = (variant: Application) => loadEnvironment(stage.deps, stage.db.asSystem(), variant);
const settled = (variant: Application, status: 'running' | 'failed', statusReason: string | null = null) =>
  stage.db.asSystem().nativeUpdate(ManagedDatabase, { variant }, { status, statusReason });

/** A backup of the database, as a drill has left it. */
async function backUp(variant: Application, over: { verified: boolean; at: string }): Promise<string> {
  const em = stage.db.asSystem();
  return em.transactional(async (own) => {
    const database = await own.findOneOrFail(ManagedDatabase, { project: variant.project, name: 'orders' });
    const createdAt = new Date(over.at);
    const made = own.create(Backup, { database, type: 'full', status: 'success', createdAt, metadata: {} });
    made.verifiedAt = over.verified ? createdAt : null;
    await own.flush();
    return made.id;
  });
}

describe('the databases of a preview', () => {
  it('are none unless the application’s settings say so', async () => {
    const { variant } = await opened(undefined);
    await ensure(variant);
    expect(await ofPreview(variant)).toEqual([]);
    expect((await environmentOf(variant)).secret).toEqual({});
  });

  it('are like those that are attached, with credentials, a volume and limits of their own', async () => {
    const { app, variant } = await opened('empty');
    await ensure(variant);
    const [made, ...more] = await ofPreview(variant);
    expect(more).toEqual([]);
    expect(made).toMatchObject({
      name: `42-orders-${variant.id.slice(0, 8)}`,
      type: 'postgresql',
      version: '16',
      status: 'initializing',
      config: { max_connections: 50, memory: '1g', cpus: '1' },
      preview: { data: 'empty', outside: false },
      standsFor: { name: 'orders' },
    });
    const { secret, secretValues } = await environmentOf(variant);
    const parent = await stage.db.asSystem().findOneOrFail(Application, app.id, { populate: ['project'] });
    const production = (await environmentOf(parent)).secret['DATABASE_URL'] ?? '';
    const url = secret['DATABASE_URL'] ?? '';
    expect(new URL(url).hostname).toContain('42-orders');
    expect(new URL(url).password).not.toBe(new URL(production).password);
    expect(secretValues).toContain(url);
    expect(await stage.db.asSystem().count(Volume, { database: made?.id ?? '' })).toBe(1);
  });

  it('stay with their data from commit to commit, and are made anew when they did not come up', async () => {
    const { variant } = await opened('empty');
    await ensure(variant);
    await settled(variant, 'running');
    const [first] = await ofPreview(variant);
    await ensure(variant);
    expect((await ofPreview(variant)).map(({ id }) => id)).toEqual([first?.id]);
    await settled(variant, 'failed', 'exited with code 1');
    await expect(awaitPreviewDatabases(stage.deps, variant, never)).resolves.toBe(
      `\`${variant.project.name}/${first?.name}\` is \`failed\`: exited with code 1`,
    );
    await ensure(variant);
    const [second, ...more] = await ofPreview(variant);
    expect([second?.id === first?.id, more]).toEqual([false, []]);
    const service = serviceName(variant.project.name, first?.name ?? '', first?.id ?? '');
    const removed = stage.calls.filter((call) => call.includes(service));
    expect(removed).toEqual([`remove ${service}`, expect.stringMatching(/^remove volume /)]);
  });

  it('are the newest verified backup, not a newer one that nobody has verified', async () => {
    const { variant } = await opened('backup');
    await backUp(variant, { verified: true, at: '2026-11-01T00:00:00Z' });
    const wanted = await backUp(variant, { verified: true, at: '2026-11-02T00:00:00Z' });
    await backUp(variant, { verified: false, at: '2026-11-03T00:00:00Z' });
    await ensure(variant);
    const [database] = await ofPreview(variant);
    const restores = await stage.db.asSystem().find(Restore, { database: database?.id ?? '' });
    expect(restores).toMatchObject([{ backup: { id: wanted }, status: 'pending', metadata: { into_new: true } }]);
    await settled(variant, 'running');
    await stage.db
      .asSystem()
      .nativeUpdate(
        Restore,
        { database: database?.id ?? '' },
        { status: 'failed', metadata: { error: 'the digest differs' } },
      );
    await expect(awaitPreviewDatabases(stage.deps, variant, never)).resolves.toBe(
      `the backup was not restored into \`${variant.project.name}/${database?.name}\`: the digest differs`,
    );
  });

  it('are not made without a verified backup, with what to do', async () => {
    const { app, name, variant } = await opened('backup');
    await backUp(variant, { verified: false, at: '2026-11-03T00:00:00Z' });
    await expect(ensure(variant)).rejects.toThrow(
      `\`${name}\` has no verified backup to restore for the preview. Make one, \`db backup ${name}\`, and verify it: ` +
        `\`db verify ${name}\`. Or let previews begin without data: \`app set ${app.name} previews-database=empty\`.`,
    );
    expect(await ofPreview(variant)).toEqual([]);
  });

  it('are empty for commits from outside, and on a network that leads nowhere else', async () => {
    const { variant } = await opened('backup', { from: 'eve/api' });
    await backUp(variant, { verified: true, at: '2026-11-02T00:00:00Z' });
    await ensure(variant);
    const [database] = await ofPreview(variant);
    expect(database?.preview).toEqual({ data: 'empty', outside: true });
    expect(await stage.db.asSystem().count(Restore, { database: database?.id ?? '' })).toBe(0);
    if (!database) throw new Error('there is no database');
    expect((await loadServer(stage.deps, stage.db.asSystem(), database)).network).toBe(networkOf(variant));
    expect(Object.keys((await environmentOf(variant)).secret)).toEqual(['DATABASE_URL']);
  });

  it('are replaced when commits from outside come to those that were restored', async () => {
    const { variant } = await opened('backup');
    await backUp(variant, { verified: true, at: '2026-11-02T00:00:00Z' });
    await ensure(variant);
    await settled(variant, 'running');
    await stage.db.asSystem().nativeUpdate(Restore, {}, { status: 'success' });
    const [restored] = await ofPreview(variant);
    variant.sourceConfig = {
      ...variant.sourceConfig,
      preview: { of: 'api', number: 42, ...variant.sourceConfig.preview, outside: true },
    };
    await ensure(variant);
    const after = await ofPreview(variant);
    expect(after.map(({ id, preview }) => [id === restored?.id, preview])).toEqual([
      [false, { data: 'empty', outside: true }],
    ]);
  });

  it('give way to a preview variable of the same name', async () => {
    const { app, variant } = await opened('empty');
    await stage.root.type(`env set ${app.name} DATABASE_URL=postgres://staging/shop --preview`);
    await ensure(variant);
    expect(await ofPreview(variant)).toEqual([]);
    expect((await environmentOf(variant)).plain['DATABASE_URL']).toBe('postgres://staging/shop');
  });

  it('are neither backed up by the schedule nor by people', async () => {
    const { variant } = await opened('empty');
    await ensure(variant);
    await settled(variant, 'running');
    const [database] = await ofPreview(variant);
    await scheduleBackups(stage.deps);
    expect(await stage.db.asSystem().count(Backup, { database: database?.id ?? '' })).toBe(0);
    expect((await stage.root.type(`db backup ${variant.project.name}/${database?.name}`)).text).toContain(
      'belongs to the preview of request 42 and is removed with it',
    );
  });

  it('count: a preview whose databases would be too many waits', async () => {
    const app = await stage.connect('github', { previews_database: 'empty', previews_max: 100 });
    for (let at = 1; at <= 11; at += 1) {
      await stage.root.type(`db create ${projectOf(app)}/db${at} --type redis`);
      await stage.root.type(`db attach ${projectOf(app)}/db${at} ${app.name} --as DB_${at}`);
    }
    await stage.tell('github', app, { number: 1 });
    expect(await stage.settle(app, 1)).toBe('deploying');
    await stage.tell('github', app, { number: 2 });
    expect(await stage.settle(app, 2)).toBe(
      'waits: the previews of its project have 11 databases already, and may have 20',
    );
  });

  it('take no other setting', async () => {
    const app = await stage.connect('github');
    expect((await stage.root.type(`app set ${app.name} previews-database=live`)).text).toContain(
      'is not `none`, `empty` or `backup`',
    );
  });
});
