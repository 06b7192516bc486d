import { randomUUID } from 'node:crypto';
import { type EntityManager, executeSql } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { GitSource } from '../../entities/git-source.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError, UsageError } from '../../errors.ts';
import { gitHosts } from '../../git-hosts/registry.ts';
import { applySettings, shownSettings } from './application-settings.ts';
import { requireNameableImage } from './image-settings.ts';
import { requireFreeHostPorts } from './host-ports.ts';
import { requireFitting, requireServiceWithPort } from './settings-by-type.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { findProject } from '../access/find-project.ts';
import { type CloneCredentials, encryptWebhookConfig } from './git-source-secrets.ts';
import { actor, type Origin } from '../origin.ts';
import type { Repository } from './repository.ts';
import { requireName } from '../resource-name.ts';

export interface ApplicationRequest {
  user: User;
  /** `project/app` */
  name: string;
  type: 'git' | 'docker' | 'compose';
  repository?: Repository | undefined;
  credentials?: CloneCredentials;
  /** See `application-settings.ts`. */
  settings: [string, string][];
  origin: Origin;
}

export interface CreatedApplication {
  application: Application;
  /** Signs the webhooks of a git application; shown only once. */
  webhookSecret?: string;
}

/**
 * Creates an application without deploying it.
 * @throws {UserError} when a name or setting is refused; {ConflictError} when the name is taken in the project.
 */
export async function createApplication(deps: Deps, request: ApplicationRequest): Promise<CreatedApplication> {
  const [projectName = '', name, ...more] = request.name.trim().split('/');
  if (name === undefined || more.length > 0) {
    throw new UsageError(
      `Include the project in the name, e.g. \`shop/${name === undefined ? projectName || 'api' : 'api'}\`.`,
    );
  }
  requireName('application', name);
  const configured = applySettings(emptyDraft(request), request.settings);
  requireSource(request, configured.source.image);
  requireFitting(request.type, request.settings);
  requireServiceWithPort(request.type, configured);
  requireFreeHostPorts(deps.config, configured);
  if (configured.source.image !== undefined) requireNameableImage(deps.config, 'image', configured.source.image);
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const project = await findProject(em, projectName, { user: request.user, intent: 'manage' });
    await executeSql(em, 'select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `application:${project.id}/${name}`,
    ]);
    if (await em.count(Application, { project, name, deletedAt: null })) {
      throw new ConflictError(`\`${project.name}/${name}\` already exists. See \`app show ${project.name}/${name}\`.`);
    }
    const application = em.create(Application, {
      project,
      name,
      type: request.type,
      sourceType: request.repository?.provider ?? 'docker',
      sourceConfig: configured.source,
      dockerConfig: configured.docker,
      replicas: configured.replicas,
    });
    await em.flush();
    const webhookSecret = await addGitSource(deps, em, application, request);
    await recordAudit(em, {
      ...actor(request.user, request.origin),
      action: 'application.create',
      resourceType: 'application',
      resourceId: application.id,
      details: { name: request.name, type: request.type, after: shownSettings(configured) },
    });
    return { application, ...(webhookSecret && { webhookSecret }) };
  });
}

function emptyDraft({ repository }: ApplicationRequest) {
  const source = repository ? { repository: repository.path, clone_url: repository.url, branch: 'main' } : {};
  return { source, docker: {}, replicas: 1 };
}

function requireSource({ type, repository }: ApplicationRequest, image: string | undefined): void {
  if (type === 'compose' && !repository) {
    throw new UsageError('Specify the repository of the compose file: `--repo https://github.com/acme/stack.git`.');
  }
  if (type === 'git' && !repository) {
    throw new UsageError(
      'Specify a repository with `--repo https://github.com/acme/api.git`, or an image with `--image`.',
    );
  }
  if (type === 'docker' && !image) throw new UsageError('Specify the image to run: `--image nginx:1.27`.');
}

async function addGitSource(
  deps: Deps,
  em: EntityManager,
  application: Application,
  { repository, credentials }: ApplicationRequest,
): Promise<string | undefined> {
  if (!repository) return undefined;
  const id = randomUUID();
  const secret = gitHosts[repository.provider].webhook.makeSecret();
  em.create(GitSource, {
    id,
    application,
    provider: repository.provider,
    repository: repository.path,
    branch: application.sourceConfig.branch ?? 'main',
    webhookConfig: encryptWebhookConfig(deps, { id }, { ...credentials, secret }),
  });
  await em.flush();
  return secret;
}
