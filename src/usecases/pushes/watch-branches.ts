import { randomUUID } from 'node:crypto';
import { executeSql } from '../../database/database.ts';
import type { BranchHeadState } from '../../entities/branch-head.ts';
import type { GitProvider } from '../../entities/git-provider.ts';
import { gitHosts } from '../../git-hosts/registry.ts';
import { DeploymentHeldError, freezeText, lockText, readStanding } from '../deployments/hold/deployment-hold.ts';
import type { Deps } from '../deps.ts';
import { notify } from '../notify.ts';
import { decideOnHead, headOf } from './decide-on-head.ts';
import { headRequest, rangeTo } from './head-request.ts';
import { requestWithNote } from './push-request.ts';
import { selectWebhookSources, type WebhookSource } from './webhook-source.ts';

/** Repositories queried in parallel, and the limit of each, milliseconds. */
const atOnce = 4;
const timeoutMs = 15_000;

interface Watched extends WebhookSource {
  provider: GitProvider;
  /** Whether Shipmate made the webhook that serves it. */
  isManaged: boolean;
  /** Result of the last check. */
  found: { commit: string; state: BranchHeadState } | null;
}

/**
 * Finds branch heads that no webhook announced, e.g. after downtime, by comparing them with deployments and stored
 * deliveries. Notifies once per head, at the second check that finds it, since its webhook may still be on its way.
 * Deploys it instead where Shipmate made the webhook and its host sends nothing again.
 * @returns a short summary of the result.
 */
export async function watchBranches(deps: Deps, signal: AbortSignal): Promise<string> {
  const waiting = await watched(deps);
  const count = waiting.length;
  let [behind, failed] = [0, 0];
  const work = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      signal.throwIfAborted();
      try {
        if (await lookAtBranch(deps, one, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]))) behind += 1;
      } catch (error) {
        signal.throwIfAborted();
        failed += 1;
        deps.logger.warn({ err: error, application: one.application.id }, 'could not read the head of a branch');
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return `${count} ${count === 1 ? 'branch' : 'branches'}, ${behind} behind${failed > 0 ? `, ${failed} not reached` : ''}`;
}

/** Applications that are live and deployed by pushes: with a webhook that Shipmate made, or at least one delivery. */
async function watched({ database }: Deps): Promise<Watched[]> {
  return database.querySystem<Watched>(
    selectWebhookSources({
      columns: [
        's.provider',
        `exists (
          select from git_sources o join applications b on b.id = o.application_id
          where o.hook_id is not null and b.project_id = a.project_id and b.deleted_at is null
            and o.provider = s.provider and lower(o.repository) = lower(s.repository)) as "isManaged"`,
        `(select json_build_object('commit', h.commit_sha, 'state', h.state)
          from branch_heads h where h.application_id = a.id) as found`,
      ],
      where: `s.commit_sha is not null and a.source_config ->> 'poll' is null and (s.hook_id is not null or s.host_app_id is not null
        or exists (select from webhook_deliveries d
                where d.provider = s.provider and lower(d.repository) = lower(s.repository))
        or exists (select from deployments d
                   where d.application_id = a.id and d.metadata ->> 'trigger' = 'push'))`,
    }),
    [],
  );
}

/** @returns whether it notified. */
async function lookAtBranch(deps: Deps, source: Watched, signal: AbortSignal): Promise<boolean> {
  const { found } = source;
  const commit = await headOf(deps, source, signal);
  if (commit === undefined) return false;
  if (found?.commit === commit && found.state !== 'found') return false;
  if (await isKnown(deps, source, commit)) return false;
  if (found?.commit !== commit) return noteHead(deps, source, commit, 'found').then(() => false);
  const decision = await decideOnHead(deps, source, commit);
  if (!decision.deploy) return noteHead(deps, source, commit, 'skipped').then(() => false);
  if (source.isManaged && !gitHosts[source.provider].keepsDeliveries) {
    return deployMissed(deps, source, { commit, note: decision.note }, signal);
  }
  return notifyBehind(deps, source, commit);
}

/** Whether the commit was deployed for any reason, or announced by a webhook and decided on. */
async function isKnown({ database }: Deps, { application, commitSha, id }: Watched, commit: string): Promise<boolean> {
  if (commit === commitSha) return true;
  const rows = await database.querySystem(
    `select 1 from deployments where application_id = $1 and commit_sha = $2
     union all
     select 1 from webhook_deliveries d join git_sources s on s.id = $3
     where d.provider = s.provider and lower(d.repository) = lower(s.repository) and d.commit_sha = $2 and d.ref = s.branch
     limit 1`,
    [application.id, commit, id],
  );
  return rows.length > 0;
}

/** False when another replica recorded the same first. */
async function noteHead(
  deps: Deps,
  { application }: Watched,
  commit: string,
  state: BranchHeadState,
): Promise<boolean> {
  const rows = await deps.database.querySystem(noting, [randomUUID(), application.id, commit, state]);
  return rows.length > 0;
}

const noting = `insert into branch_heads (id, application_id, commit_sha, state) values ($1, $2, $3, $4)
  on conflict (application_id) do update set
    commit_sha = excluded.commit_sha, state = excluded.state,
    found_at = case when branch_heads.commit_sha = excluded.commit_sha then branch_heads.found_at else now() end
  where branch_heads.commit_sha <> excluded.commit_sha or branch_heads.state = 'found'
  returning id`;

/** @returns false: nobody has to do anything. Waits for a lock or a freeze, as the next check finds the same. */
async function deployMissed(
  deps: Deps,
  source: Watched,
  { commit, note }: { commit: string; note: string | undefined },
  signal: AbortSignal,
): Promise<false> {
  const range = await rangeTo(deps, source, commit, signal);
  try {
    await deps.database.asSystem().transactional(async (em) => {
      const noted = await executeSql(em, noting, [randomUUID(), source.application.id, commit, 'notified']);
      if (noted.rows.length === 0) return;
      await requestWithNote(deps, em, headRequest(source, { commit, found: 'missed', range }), note);
    });
  } catch (error) {
    if (!(error instanceof DeploymentHeldError)) throw error;
  }
  return false;
}

/** Postponed while the application is locked or frozen. */
async function notifyBehind(
  deps: Deps,
  { application, branch, commitSha, project }: Watched,
  commit: string,
): Promise<boolean> {
  return deps.database.asSystem().transactional(async (em) => {
    const standing = await readStanding(em, application.id);
    if (lockText(standing) ?? freezeText(standing)) return false;
    const noted = await executeSql(em, noting, [randomUUID(), application.id, commit, 'notified']);
    if (noted.rows.length === 0) return false;
    await notify(em, {
      severity: 'warning',
      applicationId: application.id,
      subject: application.id,
      fact: {
        kind: 'branch-behind',
        application: `${project.name}/${application.name}`,
        branch,
        commit,
        deployed: commitSha ?? null,
      },
    });
    return true;
  });
}
