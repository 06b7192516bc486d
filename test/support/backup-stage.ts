import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { removeServices } from '../../scripts/support/remove-services.ts';
import { resticStore } from '../../src/backup-store/restic.ts';
import type { S3Config } from '../../src/config.ts';
import { advisoryLeases } from '../../src/database/lease.ts';
import { Backup, type BackupType } from '../../src/entities/backup.ts';
import type { DatabaseConfig } from '../../src/entities/managed-database.ts';
import { jobs } from '../../src/jobs/index.ts';
import type { JobRequest } from '../../src/queue/queue.ts';
import { inContainer, run } from '../../src/swarm/containers/attached.ts';
import { oneShots } from '../../src/swarm/containers/one-shots.ts';
import type { DatabaseAccess } from '../../src/usecases/backups/database-access.ts';
import { runBackup } from '../../src/usecases/backups/run-backup.ts';
import { requestBackup } from '../../src/usecases/backups/request-backup.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { createTestDatabase } from './database.ts';
import { ensureDatabaseImage } from './database-images.ts';
import { makeProject } from './factories.ts';
import { fakeDeps, fakeQueue } from './fakes.ts';
import { checkedOften, makeManagedDatabase, startDatabase } from './managed-database.ts';
import { makePerson } from './person.ts';
import { withQuickKeys } from './quick-keys.ts';
import { resticInPath } from './restic.ts';
import { docker, removeNetwork, runningContainers, swarmWith } from './swarm-fixture.ts';
import { noteStarted, runName } from './test-run.ts';
import { until } from './until.ts';

/** Within the container: to begin another program in it from outside takes a small machine a fifth of a second. */
const untilItSucceeds = `left=100; until "$@" 2>/dev/null; do left=$((left - 1)); [ $left -gt 0 ] || exit 1; sleep 0.1; done`;
const none = () => undefined;

/**
 * A real server on the Swarm, a real store in a folder or a bucket, and somebody who speaks to Shipmate.
 * @param asOnce What the server is started as (default: as Shipmate starts it).
 */
export async function backupStage(
  type: Parameters<typeof ensureDatabaseImage>[0],
  s3?: S3Config,
  asOnce = (access: DatabaseAccess) => access,
  settings: DatabaseConfig = {},
) {
  await resticInPath();
  const db = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'shipmate-backups-'));
  await noteStarted('folder', dataDir);
  const swarm = checkedOften(swarmWith());
  const base = fakeDeps(db.database);
  const waiting: JobRequest[] = [];
  const deps: Deps = {
    ...base,
    // For a machine that is busy with other suites.
    config: { ...base.config, dataDir, s3, backupTimeoutMs: 15 * 60_000 },
    queue: { ...fakeQueue().queue, enqueueJob: async (job) => void waiting.push(job) },
    swarm,
    oneShots: oneShots(docker, swarm.pull, runName()),
    backupStore: withQuickKeys(resticStore({ dataDir, s3 }), s3),
    leases: advisoryLeases(db.url),
  };
  const root = await makePerson(deps, 'super_admin');
  const project = await makeProject(db.database, { owner: root.user });
  const image = await ensureDatabaseImage(type);
  const access = await makeManagedDatabase(deps, project, type, image, undefined, settings);
  await startDatabase(deps, asOnce(access));
  const name = `${project.name}/${access.database.name}`;
  const { signal } = new AbortController();

  /** What one of the image's programs prints, run beside the server of a database. */
  async function client(command: string[], env: Record<string, string> = {}, { service } = access): Promise<string> {
    const [id] = await runningContainers(service);
    if (id === undefined) throw new Error(`${service} does not run`);
    const program = await inContainer(docker.getContainer(id), { command, env, files: {} }, false);
    return (await run(program, undefined, signal)).trim();
  }

  /** What PostgreSQL answers to statements, without headings. Each text is a transaction, and all are one session. */
  function psql(...texts: string[]): Promise<string> {
    return client(psqlOf(texts), { PGPASSWORD: access.login.password });
  }

  function psqlOf(texts: string[]): string[] {
    const signedIn = ['--host=127.0.0.1', `--username=${access.login.user}`, '--dbname=app'];
    return ['psql', ...signedIn, '-tAq', '-vON_ERROR_STOP=1', ...texts.map((text) => `--command=${text}`)];
  }

  /** What one of the image's programs prints once it succeeds, e.g. as soon as its server is up. */
  function clientOnceUp(command: string[], env: Record<string, string>): Promise<string> {
    return until('the server answers', () => client(['sh', '-c', untilItSucceeds, 'sh', ...command], env).catch(none));
  }

  /** As `psql`, as soon as the server answers. */
  function psqlOnceUp(...texts: string[]): Promise<string> {
    return clientOnceUp(psqlOf(texts), { PGPASSWORD: access.login.password });
  }

  /** Has the server started anew, and waits until its next container runs alone. @returns the containers of before. */
  async function restartServer(): Promise<string[]> {
    const replaced = await runningContainers(access.service);
    await swarm.restart(access.service);
    await until('the next server', async () => {
      const [now, ...more] = await runningContainers(access.service);
      return now !== undefined && more.length === 0 && !replaced.includes(now);
    });
    return replaced;
  }

  /** Does what was enqueued since, or what is wanted of it, as the scheduler would: all at once. */
  async function work(wanted: (job: JobRequest) => boolean = () => true): Promise<void> {
    const doing = waiting
      .splice(0)
      .filter(wanted)
      .map(async ({ name, input = {} }) => {
        await jobs.find((job) => job.name === name)?.run(deps, { input, signal });
      });
    await Promise.all(doing);
  }

  async function backUp(kind: BackupType): Promise<Backup> {
    const { id } = await requestBackup(deps, { user: root.user, origin: root.origin, database: name, type: kind });
    await runBackup(deps, id, signal);
    return db.database.asSystem().findOneOrFail(Backup, id, { populate: ['database.project'] });
  }

  return {
    db,
    deps,
    root,
    project,
    access,
    name,
    image: image.image,
    signal,
    client,
    clientOnceUp,
    psql,
    psqlOnceUp,
    restartServer,
    work,
    backUp,
    async [Symbol.asyncDispose]() {
      await removeDatabase(deps, access);
      await removeNetwork(access.network);
      await deps.leases.close();
      await db.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export type BackupStage = Awaited<ReturnType<typeof backupStage>>;

async function removeDatabase(deps: Deps, { service, volume = '' }: DatabaseAccess): Promise<void> {
  await removeServices([service]);
  for (let left = 50; left > 0; left -= 1) {
    try {
      return await deps.swarm.removeVolume(volume);
    } catch (error) {
      if (left === 1) throw error;
      await delay(200);
    }
  }
}
