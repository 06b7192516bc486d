import { Approval } from '../../entities/approval.ts';
import { Application } from '../../entities/application.ts';
import { AssistantRequest } from '../../entities/assistant-request.ts';
import { Deployment } from '../../entities/deployment.ts';
import { Domain } from '../../entities/domain.ts';
import { EnvVar } from '../../entities/env-var.ts';
import { GitSource } from '../../entities/git-source.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import { Project } from '../../entities/project.ts';
import { Team } from '../../entities/team.ts';
import { User } from '../../entities/user.ts';
import { listNames } from '../applications/find-application.ts';
import { databaseName } from '../databases/find-database.ts';
import { qualifiedName } from '../qualified-name.ts';
import type { Deps } from '../deps.ts';

/**
 * Names of visible applications (`project/app`), databases, domains, projects, teams or users, or ids of what
 * waits for approval, as `approve` takes them; at most 500.
 */
export async function visibleNames(
  deps: Pick<Deps, 'database'>,
  user: User,
  kind: 'application' | 'database' | 'domain' | 'project' | 'team' | 'user' | 'approval',
): Promise<string[]> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    if (kind === 'project') {
      const projects = await em.find(Project, {}, { orderBy: { name: 'asc' }, limit: 500 });
      return projects.map((project) => project.name);
    }
    if (kind === 'database') {
      const order = { project: { name: 'asc' }, name: 'asc' } as const;
      const databases = await em.find(
        ManagedDatabase,
        { variant: null },
        { populate: ['project'], orderBy: order, limit: 500 },
      );
      return databases.map(databaseName);
    }
    if (kind === 'team') {
      const teams = await em.find(Team, {}, { orderBy: { name: 'asc' }, limit: 500 });
      return teams.map((team) => team.name);
    }
    if (kind === 'user') {
      const users = await em.find(User, {}, { orderBy: { username: 'asc' }, limit: 500 });
      return users.map((one) => one.username);
    }
    if (kind === 'domain') {
      const domains = await em.find(Domain, {}, { orderBy: { domain: 'asc' }, limit: 500 });
      return domains.map((one) => one.domain);
    }
    if (kind === 'approval') {
      const waiting = { decision: null, deployment: { status: 'pending' } } as const;
      const approvals = await em.find(Approval, waiting, { orderBy: { createdAt: 'desc' }, limit: 500 });
      const asked = { status: 'waiting', expiresAt: { $gt: new Date() } } as const;
      const requests = await em.find(AssistantRequest, asked, { orderBy: { createdAt: 'desc' }, limit: 500 });
      const ids = [...requests.map(({ id }) => id), ...approvals.map(({ deployment }) => deployment.id)];
      return ids.slice(0, 500).map((id) => id.slice(0, 8));
    }
    return (await listNames(em, 500)).map(qualifiedName).sort();
  });
}

/**
 * Variables of one application, its successful deployments as `rollback` takes them, or the tracked branch followed by
 * recently deployed branches and tags; newest first.
 */
export async function namesWithin(
  deps: Pick<Deps, 'database'>,
  user: User,
  name: string,
  kind: 'env-key' | 'deployment' | 'branch',
): Promise<string[]> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const [project, app] = name.includes('/') ? name.split('/') : [undefined, name];
    const found = await em.find(Application, {
      name: app ?? '',
      deletedAt: null,
      ...(project && { project: { name: project } }),
    });
    const [application] = found;
    if (!application || found.length > 1) return [];
    if (kind === 'env-key') {
      const rows = await em.find(EnvVar, { application }, { orderBy: { key: 'asc' }, limit: 500 });
      return [...Object.keys(application.envVars), ...rows.map((row) => row.key)];
    }
    if (kind === 'branch') {
      const source = await em.findOne(GitSource, { application });
      const lately = await em.find(Deployment, { application }, { orderBy: { startedAt: 'desc' }, limit: 100 });
      const refs = [source?.branch, ...lately.map(({ metadata }) => metadata.ref)];
      return [...new Set(refs.flatMap((ref) => (ref ? [ref] : [])))];
    }
    const newest = { orderBy: { startedAt: 'desc' }, limit: 20 } as const;
    const deployments = await em.find(Deployment, { application, status: 'success' }, newest);
    return deployments.map((deployment) => deployment.id.slice(0, 8));
  });
}
