import { join } from 'node:path';
import { Router } from 'express';
import { isDatabaseAway } from '../../database/database.ts';
import { requireSpace } from '../../host/full-disk.ts';
import type { Deps } from '../../usecases/deps.ts';
import { formatDuration } from '../../units/durations.ts';
import { version } from '../../version.ts';

/** Longest answer time of a component that counts as ready, milliseconds. */
const checkMs = 3_000;

/** A chat platform: Shipmate deploys without it, so an outage means degraded rather than not ready. */
export interface Chat {
  platform: string;
  problem?(): string | undefined;
}

/** `/healthz` while the process lives; `/readyz` when everything it needs answers. A node's ingress is not needed for that. */
export function healthRoutes(
  deps: Pick<Deps, 'config' | 'database' | 'ingress' | 'queue' | 'swarm'>,
  chats: readonly Chat[],
): Router {
  const parts: Record<string, () => Promise<void>> = {
    database: () => pingDatabase(deps),
    queue: () => deps.queue.ping(),
    docker: () => deps.swarm.ping(),
  };
  const router = Router();
  router.get('/healthz', (_request, response) => void response.json({ status: 'ok', version }));
  router.get('/readyz', async (_request, response) => {
    const checks = await Promise.all(
      Object.entries(parts).map(async ([name, ping]) => [name, await whyUnready(ping)] as const),
    );
    const ready = checks.every(([, why]) => why === undefined);
    const talks = chats.flatMap(({ platform, problem }) => (problem ? [[platform, problem()] as const] : []));
    const behind = await ingressProblem(deps.ingress);
    if (behind !== undefined) talks.push(['ingress', behind]);
    const degraded = talks.some(([, why]) => why !== undefined);
    const answers = Object.fromEntries([...checks, ...talks].map(([name, why]) => [name, why ?? 'ok']));
    const status = ready ? (degraded ? 'degraded' : 'ready') : 'not ready';
    response.status(ready ? 200 : 503).json({ status, checks: answers });
  });
  return router;
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
