import { setTimeout as delay } from 'node:timers/promises';
import { PgBoss } from 'pg-boss';
import { asSystemWithin, type Database, executeSql, type EntityManager } from '../database/database.ts';
import { queueSchema as schema } from '../database/orm.ts';
import { sessionHook } from '../database/session.ts';
import { personRole, systemRole } from '../entities/access.ts';
import type { Logger } from '../logger.ts';
import { namedUuid } from '../named-uuid.ts';
import type { JobRequest, Lane, Queue } from './queue.ts';

const deployments = 'deployments';
const lanes: Record<Lane, string> = { quick: 'jobs', long: 'long-jobs' };
/** Longest time one job may take, seconds. */
const jobLimits: Record<Lane, number> = { quick: 15 * 60, long: 24 * 60 * 60 };
/** How often jobs that were handed back are looked for, seconds: a backup or a restore holds a database up until then. */
const jobPolls: Record<Lane, number> = { quick: 30, long: 10 };
/** Attempts after the first one. */
const jobRetries = 3;
/** Priority of deployments that run when nothing else waits; that of all others is 0. */
const patient = -1;
/** How often a PostgreSQL that is away is asked, milliseconds. */
const answerPollMs = 500;

interface QueueOptions {
  databaseUrl: string;
  /** Whose connection hears of new jobs too. */
  database: Pick<Database, 'listen'>;
  /** Of its own pool (default 4). */
  connections?: number;
  logger: Logger;
  /** Longest time one deployment may take, seconds; must be above the sum of all step time-outs. */
  jobTimeoutSeconds: number;
}

interface DeploymentJob {
  applicationId: string;
}

type NamedJob = Omit<JobRequest, 'lane'>;

/** The queue on pg-boss: policy `stately` with the application as the singleton key. */
export function pgBossQueue({
  databaseUrl,
  database,
  connections = 4,
  logger,
  jobTimeoutSeconds,
}: QueueOptions): Queue {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    schema,
    max: connections,
    useListenNotify: true,
    schedule: false,
    superviseIntervalSeconds: 15,
    monitorIntervalSeconds: 15,
    application_name: 'shipmate-queue',
    // Handed on to its pool.
    ...sessionHook(),
  });
  Object.assign(boss.getDb(), { listen: listenWith(database) });
  boss.on('error', (error) => logger.error({ err: error }, 'queue error'));
  boss.on('warning', (warning) => logger.warn({ warning }, 'queue warning'));
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();

  /** Keeps the promise where `stop` finds it until it settles. */
  async function track(run: Promise<void>): Promise<void> {
    running.add(run);
    try {
      await run;
    } catch (error) {
      await untilAnswers();
      throw error;
    } finally {
      running.delete(run);
    }
  }

  /** A failure can only be stored once PostgreSQL answers: one that is not is taken for a job that still runs. */
  async function untilAnswers(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await boss.getDb().executeSql('select 1');
        return;
      } catch (error) {
        logger.warn({ err: error }, 'a job that ended waits until PostgreSQL answers');
        await delay(answerPollMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  return {
    enqueuesInSql: true,
    async start() {
      await boss.start();
      await boss.createQueue(deployments, {
        policy: 'stately',
        notify: true,
        // Ten is the least pg-boss takes: a worker that died is noticed within it and a supervision round.
        heartbeatSeconds: 10,
        expireInSeconds: jobTimeoutSeconds,
        // A deployment ends by its row; the job is only retried when the process or the database went away.
        retryLimit: 1000,
        retryDelay: 1,
        retryBackoff: true,
        retryDelayMax: 30,
        deleteAfterSeconds: 3600,
      });
      for (const lane of ['quick', 'long'] as const) {
        await boss.createQueue(lanes[lane], {
          notify: true,
          heartbeatSeconds: 60,
          expireInSeconds: jobLimits[lane],
          retryLimit: jobRetries,
          retryBackoff: true,
        });
      }
      await grantToSystem(boss);
    },
    async enqueueDeployment(em: EntityManager, applicationId: string, turn) {
      const job: DeploymentJob = { applicationId };
      await boss.send(deployments, job, {
        singletonKey: applicationId,
        db: inTransaction(em),
        ...(turn && { priority: patient, group: { id: 'patient' } }),
      });
    },
    async promoteLate(milliseconds) {
      await boss.getDb().executeSql(
        `update ${schema}.job set priority = 0 where name = $1 and state < 'active' and priority = $2
           and created_on < now() - $3 * interval '1 ms'`,
        [deployments, patient, milliseconds],
      );
    },
    async work(worker, concurrency) {
      // NOTIFY announces new jobs only; jobs that were handed back are found by polling.
      const options = {
        localConcurrency: concurrency,
        // Only patient deployments have a group.
        localGroupConcurrency: Math.max(1, concurrency - 1),
        pollingIntervalSeconds: 2,
        notifyPollingIntervalSeconds: 2,
      };
      await boss.work<DeploymentJob>(deployments, options, async ([job]) => {
        if (job) await track(worker.run(job.data.applicationId, AbortSignal.any([job.signal, stopping.signal])));
      });
    },
    async enqueueJob({ lane, ...job }, em) {
      await boss.send(lanes[lane], job satisfies NamedJob, {
        // Inserting it twice does nothing.
        id: namedUuid(job.key),
        ...(em && { db: inTransaction(em) }),
      });
    },
    async workJobs(lane, concurrency, handle) {
      const options = { localConcurrency: concurrency, notifyPollingIntervalSeconds: jobPolls[lane] };
      await boss.work<NamedJob>(lanes[lane], options, async ([job]) => {
        if (!job) return;
        const queued = { input: {}, ...job.data, lastAttempt: job.retryCount >= jobRetries };
        await track(handle(queued, AbortSignal.any([job.signal, stopping.signal])));
      });
    },
    async handBackLost(isHeld) {
      for (const { id, retryCount, applicationId } of await runningJobs(boss)) {
        if (await isHeld(applicationId)) continue;
        await boss.fail(deployments, { id, retryCount }, { reason: 'its worker is gone' });
      }
    },
    async stop(graceMs) {
      const grace = setTimeout(() => stopping.abort(new Error('shutting down')), graceMs);
      await boss.offWork(deployments, { wait: false });
      for (const queue of Object.values(lanes)) await boss.offWork(queue, { wait: false });
      await Promise.allSettled(running);
      clearTimeout(grace);
      await boss.stop({ graceful: true, timeout: 5_000 });
    },
    async ping() {
      await boss.getQueue(deployments);
    },
    async depth() {
      // The statistics of pg-boss itself are up to a minute old.
      const { rows } = await boss.getDb().executeSql(
        `select count(*) filter (where state = 'active')::int as running,
                count(*) filter (where state < 'active')::int as waiting
         from ${schema}.job where name = $1 and state <= 'active'`,
        [deployments],
      );
      const [counted] = rows as { waiting: number; running: number }[];
      return counted ?? { waiting: 0, running: 0 };
    },
  };
}

/** In place of pg-boss's own connection for LISTEN, whose session nobody could begin. */
function listenWith(database: Pick<Database, 'listen'>): NonNullable<ReturnType<PgBoss['getDb']>['listen']> {
  return async (channel, onNotification, onReconnect) => {
    const close = await database.listen(channel, onNotification, (connected) => {
      if (connected) onReconnect();
    });
    onReconnect();
    return { close };
  };
}

/** Statements of pg-boss inside the caller's transaction, as the system: jobs are nothing that persons read or write. */
function inTransaction(em: EntityManager) {
  return {
    executeSql: (text: string, values?: unknown[]) => asSystemWithin(em, () => executeSql(em, text, values)),
  };
}

interface RunningJob extends DeploymentJob {
  id: string;
  retryCount: number;
}

/** All of them: lists of pg-boss begin with jobs that ended long ago, and stop after some. */
async function runningJobs(boss: PgBoss): Promise<RunningJob[]> {
  const { rows } = await boss.getDb().executeSql(
    `select id, retry_count as "retryCount", data ->> 'applicationId' as "applicationId"
     from ${schema}.job where name = $1 and state = 'active'`,
    [deployments],
  );
  return rows as RunningJob[];
}

/** Use cases enqueue inside their own transactions. Earlier versions let persons at every job. */
async function grantToSystem(boss: PgBoss): Promise<void> {
  await boss.getDb().executeSql(`
    revoke all on all tables in schema ${schema} from ${personRole};
    revoke all on all functions in schema ${schema} from ${personRole};
    revoke all on schema ${schema} from ${personRole};
    grant usage on schema ${schema} to ${systemRole};
    grant select, insert, update on all tables in schema ${schema} to ${systemRole};
    grant execute on all functions in schema ${schema} to ${systemRole};
  `);
}
