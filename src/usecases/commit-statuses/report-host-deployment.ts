import { executeSql } from '../../database/database.ts';
import { Deployment } from '../../entities/deployment.ts';
import { GitHostError, type HostDeploymentState } from '../../git-hosts/api.ts';
import { gitHosts } from '../../git-hosts/registry.ts';
import { readUrls } from '../applications/application-address.ts';
import { findGitSource } from '../applications/application-environment.ts';
import { applicationName } from '../applications/find-application.ts';
import { deploymentPageAddress } from '../deployments/deployment-page-url.ts';
import {
  type DeploymentWatch,
  type Due,
  watchDeployments,
  type WatchOptions,
} from '../deployments/watch-deployments.ts';
import type { Deps } from '../deps.ts';
import { hasGitHostToken, openGitHostApi } from './git-host-token.ts';
import { reportedAs } from './report-commit-status.ts';

interface DueDeployment extends Due {
  application: string;
  state: HostDeploymentState;
}

/**
 * Shows deployments by environment at git hosts that have environments, for what is reached through an app or a token that
 * may. It reads the rows, so states may be skipped, but the last one always arrives: `inactive` once the preview or
 * the application is gone, or a newer version is live.
 */
export function createHostDeploymentReporter(deps: Deps, options: WatchOptions = {}): DeploymentWatch {
  const task = {
    name: 'deployment at the git host',
    find: (ids: string[] | undefined) => findDueDeployments(deps, ids),
    lease: ({ id }: DueDeployment) => `host-deployment:${id}`,
    handle: (due: DueDeployment) => report(deps, due),
  };
  return watchDeployments(deps, task, options);
}

const withEnvironments = Object.entries(gitHosts).flatMap(([id, { hasEnvironments }]) => (hasEnvironments ? [id] : []));

/** The newest of each application: looked at every few seconds, so what is older costs nothing. */
const mostLookedAt = 50;

/** SQL of what the host is to show of a deployment `d` of the application `v`. */
const wanted = `case
  when v.deleted_at is not null then 'inactive'
  when d.status = 'success' and exists (
    select from deployments newer where newer.application_id = d.application_id and newer.status = 'success'
      and newer.started_at > d.started_at) then 'inactive'
  when d.status in ('success', 'rolled_back', 'failed') then ${reportedAs}
  when d.status = 'pending' then 'queued' else 'in_progress' end`;

/** Those of the last day, and those that the host shows as live and that are no more. */
export async function findDueDeployments(
  { database }: Pick<Deps, 'database'>,
  ids: string[] | undefined,
): Promise<DueDeployment[]> {
  return database.querySystem<DueDeployment>(
    `select d.id, s.id as source, v.id as application, ${wanted} as state
     from git_sources s
     join applications a on a.id = s.application_id
     cross join lateral (
       select a.id, a.deleted_at union all select p.id, p.deleted_at from applications p where p.preview_of_id = a.id
     ) v
     cross join lateral (
       select * from deployments o where o.application_id = v.id order by o.started_at desc limit ${mostLookedAt}
     ) d
     where s.provider = any($1) and ${hasGitHostToken} and d.commit_sha is not null
       ${ids ? 'and v.id in (select application_id from deployments where id = any($2::uuid[]))' : ''}
       and d.metadata -> 'host_deployment' ->> 'refused' is null
       and d.metadata -> 'host_deployment' ->> 'state' is distinct from ${wanted}
       and (d.metadata -> 'host_deployment' ->> 'state' = 'success'
         or (d.started_at > now() - interval '1 day' and (d.metadata ? 'host_deployment' or ${wanted} <> 'inactive')))
     order by d.started_at
     limit 1000`,
    [withEnvironments, ...(ids ? [ids] : [])],
  );
}

/** Checks again under the lease: another replica may have reported it. */
async function report(deps: Deps, { id, state }: DueDeployment): Promise<void> {
  const em = deps.database.asSystem();
  const deployment = await em.findOne(Deployment, id, { populate: ['application.project', 'application.previewOf'] });
  const source = deployment && (await findGitSource(em, deployment.application));
  const host = source && openGitHostApi(deps, deployment.application, source);
  if (!host || !deployment.commitSha || deployment.metadata.host_deployment?.state === state) return;
  const { application, commitSha: commit, metadata } = deployment;
  try {
    const known = metadata.host_deployment?.id;
    const made =
      known ?? (await host.createDeployment(source.repository, { commit, ...(await environmentOf(deps, deployment)) }));
    if (made === undefined) return;
    if (known === undefined) await remember(deps, id, { id: made, state: 'made' });
    const [url] = state === 'success' ? await readUrls(em, deps.config, application) : [];
    await host.reportDeployment(source.repository, made, {
      state,
      description: descriptionOf(state, applicationName(application)),
      logUrl: deploymentPageAddress(deps, deployment),
      ...(url !== undefined && { url }),
    });
    await remember(deps, id, { id: made, state });
  } catch (error) {
    if (!(error instanceof GitHostError) || !error.refused) throw error;
    // An app has asked for the right; a token of people need not have it.
    deps.logger[source.hostApp ? 'warn' : 'info'](
      { err: error, deploymentId: id },
      'the git host refused a deployment',
    );
    await remember(deps, id, { ...(metadata.host_deployment ?? { id: '' }), state, refused: error.status ?? 0 });
  }
}

/** Applications of one repository have environments of their own. */
async function environmentOf({ database }: Deps, { application }: Deployment) {
  const { preview } = application.sourceConfig;
  const parent = application.previewOf ?? application;
  const [row] = await database.querySystem<{ shared: boolean }>(
    `select exists (
       select from git_sources o join applications b on b.id = o.application_id, git_sources s
       where s.application_id = $1 and o.id <> s.id and b.deleted_at is null
         and o.provider = s.provider and lower(o.repository) = lower(s.repository)) as shared`,
    [parent.id],
  );
  const name = preview ? `${application.project.name}/${preview.of}` : applicationName(application);
  const kind = preview ? `preview/${preview.number}` : 'production';
  return { environment: row?.shared ? `${kind}/${name}` : kind, isPreview: preview !== undefined };
}

function descriptionOf(state: HostDeploymentState, name: string): string {
  const words: Record<HostDeploymentState, string> = {
    queued: 'waits',
    in_progress: 'is being deployed',
    success: 'is live',
    failure: 'was not deployed',
    error: 'was cancelled',
    inactive: 'is no longer live',
  };
  return `${name} ${words[state]}`;
}

/** Sends no NOTIFY, since what views show does not change. */
async function remember(
  { database }: Deps,
  id: string,
  reported: NonNullable<Deployment['metadata']['host_deployment']>,
): Promise<void> {
  await executeSql(database.asSystem(), 'update deployments set metadata = metadata || $2::jsonb where id = $1', [
    id,
    JSON.stringify({ host_deployment: reported }),
  ]);
}
