import { changeCauses, type Changes } from '../../causes/change-causes.ts';
import { explain } from '../../causes/explain.ts';
import type { Cause } from '../../causes/find-causes.ts';
import { executeSql, type EntityManager } from '../../database/database.ts';
import { Deployment } from '../../entities/deployment.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError, UnavailableError } from '../../errors.ts';
import { findGitSource, readableRemote } from '../applications/application-environment.ts';
import { applicationName, findApplication } from '../applications/find-application.ts';
import type { Deps } from '../deps.ts';
import { idRange } from '../id-prefix.ts';
import { readRange } from './commit-range.ts';
import { deploymentPageUrl } from './deployment-page-url.ts';
import { findDeployment } from './find-deployment.ts';

/** For the commits at the git host, while a person waits, milliseconds. */
const rangeMs = 5_000;
const mostCauses = 3;

export interface ExplainedDeployment {
  application: string;
  deployment: Deployment;
  /** The most likely first; none when it did not fail. */
  causes: Cause[];
  changes: Changes;
  page: string;
}

/**
 * Why a deployment failed, by what is recorded of it and what changed since the last success. Whoever may read the
 * deployment may read this.
 * @param subject Application, whose newest deployment is meant, or id of a deployment.
 * @throws {NotFoundError} when the person sees no such thing; {ConflictError} before the first deployment.
 */
export async function explainDeployment(deps: Deps, user: User, subject: string): Promise<ExplainedDeployment> {
  const { deployment, success } = await deps.database.asUser(user.id).transactional(async (em) => {
    const found = await findSubject(em, subject);
    const earlier = { application: found.application, status: 'success', startedAt: { $lt: found.startedAt } } as const;
    const [last] = await em.find(Deployment, earlier, { orderBy: { startedAt: 'desc' }, limit: 1 });
    return { deployment: found, success: last };
  });
  const application = applicationName(deployment.application);
  const changes = await readChanges(deps, deployment, success);
  const page = deploymentPageUrl(deps, deployment);
  return { application, deployment, causes: causesOf(deployment, changes, application), changes, page };
}

async function findSubject(em: EntityManager, subject: string): Promise<Deployment> {
  if (idRange(subject)) return findDeployment(em, subject);
  const application = await findApplication(em, subject);
  const newest = { orderBy: { startedAt: 'desc' }, limit: 1, populate: ['application.project'] } as const;
  const [deployment] = await em.find(Deployment, { application }, newest);
  if (deployment) return deployment;
  const name = applicationName(application);
  throw new ConflictError(`\`${name}\` has not been deployed yet: \`deploy ${name}\`.`);
}

function causesOf({ metadata, status }: Deployment, changes: Changes, app: string): Cause[] {
  if (status !== 'failed' && status !== 'rolled_back') return [];
  if (metadata.reason === 'cancelled' || metadata.reason === 'superseded') return [];
  const { cause, causes, mend } = explain(metadata.failure ?? {}, { app }, metadata.error);
  const others = changeCauses(changes, app);
  if (mend !== undefined) return [...causes, ...others].slice(0, mostCauses);
  const [said = ''] = (cause ?? metadata.error ?? '').split('\n');
  const command = `logs ${app} --build`;
  const own = { id: 'own-words', cause: said, mend: `Read its log: \`${command}\``, command, certain: false };
  const rest = [...causes, ...others.filter(({ id }) => id !== 'unknown')];
  return (said === '' ? rest : [own, ...rest]).slice(0, mostCauses);
}

async function readChanges(deps: Deps, deployment: Deployment, success: Deployment | undefined): Promise<Changes> {
  const nodes = await awayNodes(deps);
  const none = { commits: 0, variablesSet: [], variablesUnset: [], settings: [], nodes };
  if (!success) return none;
  const { application, commitSha } = deployment;
  const system = deps.database.asSystem();
  const source = await findGitSource(system, application);
  const from = success.commitSha ?? undefined;
  const range =
    commitSha && from
      ? await readRange(deps, {
          application,
          remote: await readableRemote(deps, application, source),
          from,
          to: commitSha,
          signal: AbortSignal.timeout(rangeMs),
        })
      : undefined;
  return { ...none, ...(await recordedChanges(system, deployment, success)), from, commits: range?.count ?? 0 };
}

/** By the audit log, which has names and never values of variables. */
async function recordedChanges(
  em: EntityManager,
  { application, completedAt, startedAt }: Deployment,
  success: Deployment,
): Promise<Pick<Changes, 'settings' | 'variablesSet' | 'variablesUnset'>> {
  const { rows } = await executeSql<{ action: string; name: string }>(
    em,
    `select distinct action, name from audit_logs,
       lateral jsonb_array_elements_text(
         case action when 'application.set' then jsonb_path_query_array(details, '$.changes[*].key')
         else coalesce(details -> 'keys', '[]') end
       ) as name
     where resource_type = 'application' and resource_id = $1 and created_at > $2 and created_at <= $3
       and action in ('application.set', 'application.env_set', 'application.env_unset')
     order by action, name limit 200`,
    [application.id, success.startedAt.toISOString(), (completedAt ?? startedAt).toISOString()],
  );
  const named = (action: string) => rows.filter((row) => row.action === action).map(({ name }) => name);
  const unset = named('application.env_unset');
  return {
    settings: named('application.set'),
    variablesSet: named('application.env_set').filter((name) => !unset.includes(name)),
    variablesUnset: unset,
  };
}

async function awayNodes({ swarm }: Pick<Deps, 'swarm'>): Promise<string[]> {
  try {
    const nodes = await swarm.nodes();
    return nodes.flatMap(({ availability, hostname, state }) => {
      if (state !== 'ready') return [`node \`${hostname}\` is ${state}`];
      return availability === 'active' ? [] : [`node \`${hostname}\` takes no tasks (${availability})`];
    });
  } catch (error) {
    if (error instanceof UnavailableError) return ['Docker does not answer at present'];
    throw error;
  }
}
