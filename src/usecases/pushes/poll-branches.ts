import { randomUUID } from 'node:crypto';
import { executeSql, type EntityManager } from '../../database/database.ts';
import { anyDuration, readDuration } from '../../units/durations.ts';
import { DeploymentHeldError } from '../deployments/hold/deployment-hold.ts';
import type { Deps } from '../deps.ts';
import { decideOnHead, headOf } from './decide-on-head.ts';
import { headRequest, rangeTo } from './head-request.ts';
import { requestWithNote } from './push-request.ts';
import { selectWebhookSources, type WebhookSource } from './webhook-source.ts';

/** Repositories that one run asks, those that waited longest first; the others are asked a minute later. */
const mostAtOnce = 200;

/** Repositories queried in parallel, and the limit of each, milliseconds. */
const inParallel = 4;
const timeoutMs = 15_000;

/** A tick may come a little before the interval is over, milliseconds. */
const earlyMs = 10_000;

interface Polled extends WebhookSource {
  /** Undefined before the first look. */
  last: { commit: string; lookedAt: string | null } | null;
}

type Outcome = 'unchanged' | 'deployed' | 'skipped' | 'held';

/**
 * Compares the heads of the branches whose interval (`poll`) is over with those seen before, and deploys what is new:
 * decided on as a push. What is there at the first look is deployed only if an earlier commit is live. A lock or a
 * freeze is waited for: the next look that finds it gone deploys.
 * @returns a short summary of the result.
 */
export async function pollBranches(deps: Deps, signal: AbortSignal, now = new Date()): Promise<string> {
  const due = (await polled(deps)).filter((source) => isDue(source, now)).slice(0, mostAtOnce);
  const { length } = due;
  const outcomes: Outcome[] = [];
  const work = async () => {
    for (let one = due.shift(); one; one = due.shift()) {
      signal.throwIfAborted();
      try {
        outcomes.push(await poll(deps, one, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])));
      } catch (error) {
        signal.throwIfAborted();
        deps.logger.warn({ err: error, application: one.application.id }, 'could not poll a branch');
      }
    }
  };
  await Promise.all(Array.from({ length: inParallel }, work));
  const count = (wanted: Outcome) => outcomes.filter((one) => one === wanted).length;
  const parts = [`${length} polled`, `${count('deployed')} deployed`];
  if (count('held') > 0) parts.push(`${count('held')} locked or frozen`);
  if (outcomes.length < length) parts.push(`${length - outcomes.length} not reached`);
  return parts.join(', ');
}

async function polled({ database }: Deps): Promise<Polled[]> {
  const sources = await database.querySystem<Polled>(
    selectWebhookSources({
      columns: [
        `(select json_build_object('commit', h.commit_sha, 'lookedAt', h.looked_at)
          from branch_heads h where h.application_id = a.id) as last`,
      ],
      where: `a.source_config ->> 'poll' is not null`,
    }),
    [],
  );
  return sources.toSorted((a, b) => lookedAt(a) - lookedAt(b));
}

/** Milliseconds since 1970; 0 before the first look. */
function lookedAt({ last }: Polled): number {
  return last?.lookedAt ? new Date(last.lookedAt).getTime() : 0;
}

function isDue(source: Polled, now: Date): boolean {
  const interval = readDuration(source.application.sourceConfig.poll ?? '', anyDuration);
  return now.getTime() - lookedAt(source) >= interval - earlyMs;
}

async function poll(deps: Deps, source: Polled, signal: AbortSignal): Promise<Outcome> {
  const { application, commitSha, last } = source;
  await deps.database.querySystem('update branch_heads set looked_at = now() where application_id = $1', [
    application.id,
  ]);
  const commit = await headOf(deps, source, signal);
  if (commit === undefined || (commit === last?.commit && last.lookedAt !== null)) return 'unchanged';
  const isLater = commitSha !== null || Boolean(last?.lookedAt);
  const isNew = isLater && !(await wasDeployed(deps, source, commit));
  const decision = isNew ? await decideOnHead(deps, source, commit) : undefined;
  const range = decision?.deploy ? await rangeTo(deps, source, commit, signal) : undefined;
  try {
    return await deps.database.asSystem().transactional(async (em) => {
      if (!(await noteHead(em, source, commit))) return 'unchanged';
      if (!decision?.deploy) return decision ? 'skipped' : 'unchanged';
      await requestWithNote(deps, em, headRequest(source, { commit, found: 'polled', range }), decision.note);
      return 'deployed';
    });
  } catch (error) {
    // The head is not noted either, so the next look tries again.
    if (error instanceof DeploymentHeldError) return 'held';
    throw error;
  }
}

async function wasDeployed({ database }: Deps, { application }: Polled, commit: string): Promise<boolean> {
  const rows = await database.querySystem(
    'select 1 from deployments where application_id = $1 and commit_sha = $2 limit 1',
    [application.id, commit],
  );
  return rows.length > 0;
}

/** False when another replica noted the same head first. */
async function noteHead(em: EntityManager, { application }: Polled, commit: string): Promise<boolean> {
  await executeSql(em, 'select from applications where id = $1 for update', [application.id]);
  const noted = await executeSql(
    em,
    `insert into branch_heads (id, application_id, commit_sha, state, looked_at) values ($1, $2, $3, 'polled', now())
     on conflict (application_id) do update set commit_sha = excluded.commit_sha, state = 'polled', looked_at = now(), found_at = now()
     where branch_heads.commit_sha <> excluded.commit_sha or branch_heads.state <> 'polled'
     returning id`,
    [randomUUID(), application.id, commit],
  );
  return noted.rows.length > 0;
}
