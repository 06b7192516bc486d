import { databaseNow } from '../../database/database.ts';
import { createRedactor } from '../../secrets/redact.ts';
import { Deployment } from '../../entities/deployment.ts';
import { GitSource } from '../../entities/git-source.ts';
import { type CommitCheck, GitHostError } from '../../git-hosts/api.ts';
import { anyDuration, formatDuration, readDuration } from '../../units/durations.ts';
import { openDeploymentLog } from '../deployments/steps/deployment-log.ts';
import { changeDeployment } from '../deployments/deployment-state.ts';
import type { Deps } from '../deps.ts';
import { ifFree } from '../wait-for-lease.ts';
import { applicationName } from '../applications/find-application.ts';
import { finishDeployment } from '../deployments/run/finish-deployment.ts';
import { contextPrefix } from './report-commit-status.ts';
import { gitHostTokenKey, openGitHostApi } from './git-host-token.ts';
import {
  type DeploymentWatch,
  type Due,
  watchDeployments,
  type WatchOptions,
} from '../deployments/watch-deployments.ts';

/** How long checks may take unless the setting says otherwise. */
const defaultTimeout = '30m';

/** GitHub allows 5,000 requests an hour per token, which may be shared; one check takes two. */
const defaultPollMs = 10_000;

type Verdict =
  { state: 'waiting' | 'passed'; done: number; total: number } | { state: 'failed'; error: string; timedOut?: boolean };

/**
 * Releases deployments whose commit's checks have succeeded and fails those whose checks have not. Waiting is only a
 * state of the row: it holds no worker, a newer request supersedes it, and it survives restarts.
 */
export function createChecksGate(deps: Deps, options: WatchOptions = {}): DeploymentWatch {
  const task = {
    name: 'checks',
    find: (ids: string[] | undefined) => findWaiting(deps, ids),
    lease: leaseOf,
    handle: ({ id }: WaitingForChecks) => lookAtChecks(deps, id),
    whilePaused: (due: WaitingForChecks, cause: unknown) => giveUpWhenLate(deps, due, cause),
  };
  return watchDeployments(deps, task, { pollMs: defaultPollMs, ...options });
}

interface WaitingForChecks extends Due {
  startedAt: Date;
  /** The application's setting, e.g. `1h`. */
  timeout: string | null;
}

async function findWaiting({ database }: Deps, ids: string[] | undefined): Promise<WaitingForChecks[]> {
  return database.querySystem<WaitingForChecks>(
    `select d.id, coalesce(s.id, d.id) as source, d.started_at as "startedAt",
       a.source_config ->> 'checks_timeout' as timeout
     from deployments d join applications a on a.id = d.application_id
       left join git_sources s on s.application_id = d.application_id
     where d.status = 'pending' and d.metadata -> 'checks' ->> 'state' = 'waiting'
       and ($1::uuid[] is null or d.id = any($1))
     order by d.started_at`,
    [ids ?? null],
  );
}

function leaseOf({ id }: Due): string {
  return `checks:${id}`;
}

/** A host may ask for a pause that is longer than the checks may take. */
async function giveUpWhenLate(deps: Deps, due: WaitingForChecks, cause: unknown): Promise<void> {
  const { id, startedAt, timeout } = due;
  const timeoutMs = timeoutOf(timeout);
  if (!(cause instanceof GitHostError) || !(await isLate(deps, startedAt, timeoutMs))) return;
  await ifFree(deps, leaseOf(due), async () => {
    const deployment = await findGated(deps, id);
    if (deployment) await refuse(deps, deployment, unreadable(cause, timeoutMs));
  });
}

async function findGated(deps: Deps, id: string): Promise<Deployment | undefined> {
  const deployment = await deps.database.asSystem().findOne(Deployment, id, { populate: ['application.project'] });
  return deployment?.status === 'pending' && deployment.metadata.checks?.state === 'waiting' ? deployment : undefined;
}

async function lookAtChecks(deps: Deps, id: string): Promise<void> {
  const em = deps.database.asSystem();
  const deployment = await findGated(deps, id);
  if (!deployment) return;
  const source = await em.findOne(GitSource, { application: deployment.application });
  const verdict = await judgeChecks(deps, deployment, source);
  if (verdict.state === 'failed') return refuse(deps, deployment, verdict);
  if (verdict.state === 'passed') return letRun(deps, deployment, verdict);
  const { checks } = deployment.metadata;
  if (verdict.done !== checks?.done || verdict.total !== checks.total) {
    await em.transactional((inner) => changeDeployment(deps, inner, id, { metadata: { checks: verdict } }));
  }
}

async function judgeChecks(deps: Deps, deployment: Deployment, source: GitSource | null): Promise<Verdict> {
  const { application, commitSha, startedAt } = deployment;
  const name = applicationName(application);
  if (application.sourceConfig.checks !== 'required') return { state: 'passed', done: 0, total: 0 };
  const host = source && openGitHostApi(deps, application, source);
  if (!host || !commitSha) {
    const error =
      source && !source.provider
        ? `\`${name}\` waits for checks, which a plain git server does not have: \`app set ${name} checks=off\`.`
        : `\`${name}\` waits for checks but has no token to read them. Add one: \`app connect ${name} --status-token\`.`;
    return { state: 'failed', error };
  }
  const timeoutMs = timeoutOf(application.sourceConfig.checks_timeout);
  const late = await isLate(deps, startedAt, timeoutMs);
  try {
    const verdict = weigh(await host.checksOf(source.repository, commitSha));
    return verdict.state === 'waiting' && late ? lateVerdict(verdict, timeoutMs) : verdict;
  } catch (error) {
    if (!(error instanceof GitHostError)) throw error;
    if (error.refused) {
      const isApp = gitHostTokenKey(application, source) === 'app';
      const remedy = isApp ? '' : ` Renew the token: \`app connect ${name} --status-token\`.`;
      return { state: 'failed', error: `${whyUnreadable(error)}${remedy}` };
    }
    if (late) return unreadable(error, timeoutMs);
    throw error;
  }
}

function timeoutOf(setting: string | null | undefined): number {
  return readDuration(setting ?? defaultTimeout, anyDuration);
}

async function isLate({ database }: Deps, startedAt: Date, timeoutMs: number): Promise<boolean> {
  return (await databaseNow(database)).getTime() - startedAt.getTime() > timeoutMs;
}

/** Ignores Shipmate's own statuses, including those of other applications of the repository. */
function weigh(all: CommitCheck[]): Verdict {
  const checks = all.filter(({ name }) => !name.startsWith(contextPrefix));
  const failed = checks.find(({ state }) => state === 'failure');
  if (failed) return { state: 'failed', error: `The check \`${failed.name}\` failed, so the commit was not deployed.` };
  const [done, total] = [checks.filter(({ state }) => state === 'success').length, checks.length];
  // A newly pushed commit has no checks yet.
  return { state: total > 0 && done === total ? 'passed' : 'waiting', done, total };
}

function whyUnreadable(error: GitHostError): string {
  return `Could not read the commit’s checks from the git host: ${error.message}.`;
}

function unreadable(error: GitHostError, timeoutMs: number): Verdict & { state: 'failed' } {
  const why = `${whyUnreadable(error)} No other answer came within ${formatDuration(timeoutMs)}.`;
  return { state: 'failed', error: why, timedOut: true };
}

function lateVerdict({ done, total }: { done: number; total: number }, timeoutMs: number): Verdict {
  const what =
    total === 0
      ? 'The git host has no check for the commit'
      : `Only ${done} of ${total} of the commit’s checks have succeeded`;
  return {
    state: 'failed',
    error: `${what} after ${formatDuration(timeoutMs)}, so it was not deployed.`,
    timedOut: true,
  };
}

async function letRun(deps: Deps, { application, id }: Deployment, { done, total }: { done: number; total: number }) {
  await deps.database.asSystem().transactional(async (em) => {
    const metadata = { checks: { state: 'passed', done, total }, progress: { phase: 'queued' } } as const;
    if (await changeDeployment(deps, em, id, { metadata })) await deps.queue.enqueueDeployment(em, application.id);
  });
}

async function refuse(
  deps: Deps,
  deployment: Deployment,
  { error, timedOut }: Verdict & { state: 'failed' },
): Promise<void> {
  const log = openDeploymentLog(deps, deployment.id, createRedactor([]));
  log.line(error, 'error');
  await log.flush();
  await finishDeployment(deps, deployment, { status: 'failed', error, ...(timedOut && { reason: 'timed_out' }) });
}
