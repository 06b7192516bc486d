import { join } from 'node:path';
import { isDatabaseAway } from '../../database/database.ts';
import { requireSpace } from '../../host/full-disk.ts';
import { formatDuration } from '../../units/durations.ts';
import type { Concern } from '../../usecases/concerns/concern.ts';
import type { Deps } from '../../usecases/deps.ts';

/** Longest answer time of a component that counts as ready, milliseconds. */
const checkMs = 3_000;

/** A chat platform: Shipmate deploys without it, so an outage means degraded rather than not ready. */
export interface Chat {
  platform: string;
  problem?(): string | undefined;
}

/** A part that Shipmate needs or uses, and why it does not answer. */
export interface Component {
  name: string;
  why: string | undefined;
  /** Without it nothing can be deployed. */
  needed: boolean;
}

type Needed = Pick<Deps, 'config' | 'database' | 'ingress' | 'queue' | 'swarm'>;

/** Asks every part at once. The ingress of other nodes is reported only where it has a problem. */
export async function readComponents(deps: Needed, chats: readonly Chat[]): Promise<Component[]> {
  const needed: Record<string, () => Promise<void>> = {
    database: () => pingDatabase(deps),
    queue: () => deps.queue.ping(),
    docker: () => deps.swarm.ping(),
  };
  const parts = await Promise.all(
    Object.entries(needed).map(async ([name, ping]) => ({ name, why: await whyUnready(ping), needed: true })),
  );
  const talks = chats.flatMap(({ platform, problem }) =>
    problem ? [{ name: platform, why: problem(), needed: false }] : [],
  );
  const behind = await ingressProblem(deps.ingress);
  const ingress = behind === undefined ? [] : [{ name: 'ingress', why: behind, needed: false }];
  return [...parts, ...talks, ...ingress];
}

/** What is about to fail; nothing while the database does not answer. */
export async function readWarnings(
  deps: Pick<Deps, 'config' | 'database' | 'leases' | 'replicaId'>,
): Promise<Component[]> {
  let found: Concern[] = [];
  await whyUnready(async () => {
    const { readConcerns } = await import('../../usecases/concerns/read-concerns.ts');
    found = await readConcerns(deps);
  });
  const byName = Map.groupBy(found, ({ name }) => name);
  return [...byName].map(([name, all]) => ({ name, why: all.map(({ why }) => why).join(' '), needed: false }));
}

/** The embedded server answers on a full disk as well, but stores nothing. */
async function pingDatabase({ config, database }: Pick<Deps, 'config' | 'database'>): Promise<void> {
  await database.ping();
  if (config.databaseUrl === undefined) await requireSpace(join(config.dataDir, 'postgres'));
}

/** The state of other nodes' ingress; not reported while Docker itself does not answer. */
async function ingressProblem(ingress: Deps['ingress']): Promise<string | undefined> {
  let problem: string | undefined;
  const silent = await whyUnready(async () => {
    problem = await ingress.problem();
  });
  return silent === undefined ? problem : undefined;
}

async function whyUnready(ping: () => Promise<void>): Promise<string | undefined> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${formatDuration(checkMs)}`)), checkMs);
  try {
    await Promise.race([ping(), late.promise]);
    return undefined;
  } catch (error) {
    return describeError(error);
  } finally {
    clearTimeout(timer);
  }
}

/** An AggregateError (every address refused) has no message of its own. */
function describeError(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return describeError(error.errors[0]);
  if (!(error instanceof Error)) return 'does not answer';
  return isDatabaseAway(error) ? `PostgreSQL does not answer: ${error.message}` : error.message;
}
