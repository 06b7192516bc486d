import { executeSql } from '../../database/database.ts';
import { Deployment } from '../../entities/deployment.ts';
import { type CommitStatus, GitHostError } from '../../git-hosts/api.ts';
import { findGitSource } from '../applications/application-environment.ts';
import { deploymentPageAddress } from '../deployments/deployment-page-url.ts';
import type { Deps } from '../deps.ts';
import { applicationName } from '../applications/find-application.ts';
import { gitHostTokenKey, hasGitHostToken, openGitHostApi } from './git-host-token.ts';
import {
  type DeploymentWatch,
  type Due,
  watchDeployments,
  type WatchOptions,
} from '../deployments/watch-deployments.ts';
import { formatDuration } from '../../units/durations.ts';

/** Prefix of the context of Shipmate's statuses, which the checks gate ignores. */
export const contextPrefix = 'shipmate/';

interface DueReport extends Due {
  application: string;
  commit: string;
}

/**
 * Reports deployments to the git hosts as commit statuses. It reads the rows, so intermediate states may be skipped but
 * the last one always arrives, even after an outage or a restart. A commit's status is that of its newest deployment.
 */
export function createCommitStatusReporter(deps: Deps, options: WatchOptions = {}): DeploymentWatch {
  const task = {
    name: 'commit status',
    find: (ids: string[] | undefined) => findDue(deps, ids),
    lease: ({ application, commit }: DueReport) => `commit-status:${application}:${commit}`,
    handle: ({ id }: DueReport) => reportDeployment(deps, id),
  };
  return watchDeployments(deps, task, options);
}

/** SQL of the state that the row of a deployment `d` is reported as; `commitStateOf` says the same of the entity. */
export const reportedAs = `case d.status when 'success' then 'success' when 'rolled_back' then 'failure'
  when 'failed' then case when d.metadata ->> 'reason' in ('cancelled', 'superseded') then 'error' else 'failure' end
  else 'pending' end`;

function commitStateOf({
  metadata: { reason },
  status,
}: Pick<Deployment, 'metadata' | 'status'>): CommitStatus['state'] {
  if (status === 'success') return 'success';
  if (status === 'rolled_back') return 'failure';
  if (status === 'failed') return reason === 'cancelled' || reason === 'superseded' ? 'error' : 'failure';
  return 'pending';
}

/** Skips deployments older than a day and refused reports. Two queries, since the two cases need different plans. */
export async function findDue({ database }: Pick<Deps, 'database'>, ids: string[] | undefined): Promise<DueReport[]> {
  return database.querySystem<DueReport>(
    `select d.id, d.commit_sha as commit, s.id as source, v.id as application
     from git_sources s
     join applications a on a.id = s.application_id
     cross join lateral (
       select a.id union all select p.id from applications p where p.preview_of_id = a.id
     ) v
     join deployments d on d.application_id = v.id
     where ${hasGitHostToken} and d.started_at > now() - interval '1 day' and d.commit_sha is not null
       ${ids ? 'and d.id = any($1::uuid[])' : ''}
       and d.metadata -> 'commit_status' ->> 'refused' is null
       and d.metadata -> 'commit_status' ->> 'state' is distinct from ${reportedAs}
       and not exists (
         select from deployments newer
         where newer.application_id = d.application_id and newer.started_at > d.started_at
           and newer.commit_sha = d.commit_sha)
     order by d.started_at
     limit 1000`,
    ids ? [ids] : [],
  );
}

/** Checks again under the lease: another replica may have reported it. */
async function reportDeployment(deps: Deps, id: string): Promise<void> {
  const em = deps.database.asSystem();
  const deployment = await em.findOne(Deployment, id, { populate: ['application.project'] });
  const source = deployment && (await findGitSource(em, deployment.application));
  const host = source && openGitHostApi(deps, deployment.application, source);
  if (!host || !deployment.commitSha) return;
  const status = commitStatusOf(deps, deployment);
  const { metadata } = deployment;
  if (metadata.commit_status?.state === status.state) return;
  try {
    await host.setStatus(source.repository, deployment.commitSha, status);
    await rememberReport(deps, id, { state: status.state }, undefined);
  } catch (error) {
    if (!(error instanceof GitHostError) || !error.refused) throw error;
    const key = gitHostTokenKey(deployment.application, source);
    deps.logger.warn({ err: error, deploymentId: id, token: key }, 'the git host refused a commit status');
    await rememberReport(
      deps,
      id,
      { state: status.state, refused: error.status ?? 0 },
      errorText(key, deployment, error),
    );
  }
}

function commitStatusOf(deps: Deps, deployment: Deployment): CommitStatus {
  const name = applicationName(deployment.application);
  return {
    state: commitStateOf(deployment),
    context: `${contextPrefix}${name}`,
    description: statusDescription(deployment),
    targetUrl: deploymentPageAddress(deps, deployment),
  };
}

function statusDescription({ metadata, status }: Deployment): string {
  const what = metadata.rollback_of ? 'Rolled out again' : 'Deployed';
  if (status === 'success') return `${what} in ${formatDuration((metadata.duration_seconds ?? 0) * 1_000)}`;
  if (status === 'rolled_back') return `Rolled back: ${metadata.error ?? ''}`;
  if (status === 'failed') return metadata.error ?? 'Failed';
  return `Deployment requested by ${metadata.requested_by ?? 'Shipmate'}`;
}

/** A clone token often lacks permission for statuses; that is not an error worth showing with each deployment. */
function errorText(
  key: ReturnType<typeof gitHostTokenKey>,
  { application }: Deployment,
  { message }: GitHostError,
): string | undefined {
  if (key === 'token') return undefined;
  if (key === 'app') return `Could not report to the git host: ${message}.`;
  return `Could not report to the git host: ${message}. Renew the token: \`app connect ${applicationName(application)} --status-token\`.`;
}

/** Sends no NOTIFY, since what views show does not change. */
async function rememberReport(
  { database }: Deps,
  id: string,
  reported: NonNullable<Deployment['metadata']['commit_status']>,
  line: string | undefined,
): Promise<void> {
  await database.asSystem().transactional(async (em) => {
    await executeSql(em, `update deployments set metadata = metadata || $2::jsonb where id = $1`, [
      id,
      JSON.stringify({ commit_status: reported }),
    ]);
    if (line === undefined) return;
    await executeSql(em, `insert into deployment_logs (deployment_id, level, message) values ($1, 'warn', $2)`, [
      id,
      line,
    ]);
  });
}
