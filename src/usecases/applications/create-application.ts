import { randomUUID } from 'node:crypto';
import { type EntityManager, executeSql } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import type { SourceConfig } from '../../entities/application-config.ts';
import { GitSource } from '../../entities/git-source.ts';
import { HostApp } from '../../entities/host-app.ts';
import type { Project } from '../../entities/project.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError, UsageError } from '../../errors.ts';
import { applySettings, type SettingsDraft, shownSettings } from './application-settings.ts';
import { requireNameableImage } from './image-settings.ts';
import { requireFreeHostPorts } from './host-ports.ts';
import { requireFitting, requireServiceWithPort } from './settings-by-type.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { type CheckedBranch, checkBranch } from './check-branch.ts';
import { credentialsFor, type KeyedCredentials, withDeployKey } from './deploy-key.ts';
import { findProject } from '../access/find-project.ts';
import {
  type CloneCredentials,
  cloneRemote,
  encryptWebhookConfig,
  makeWebhookSecret,
  requireStatuses,
} from './git-source-secrets.ts';
import { explainedBy, hintOf, reachWithout } from './reach-repository.ts';
import { actor, type Origin } from '../origin.ts';
import { originOf, type Repository } from './repository.ts';
import { requireName } from '../resource-name.ts';

export interface ApplicationRequest {
  user: User;
  /** `project/app` */
  name: string;
  type: 'git' | 'docker' | 'compose';
  repository?: Repository | undefined;
  credentials?: CloneCredentials;
  /** In the place of a repository: a built-in template, for the type `compose`. */
  template?: SourceConfig['template'];
  /** See `application-settings.ts`. */
  settings: [string, string][];
  origin: Origin;
}

/** With how its repository is reached. */
interface GitRequest extends ApplicationRequest {
  credentials?: KeyedCredentials;
  /** Id of the app, where there is one. */
  app?: string | undefined;
}

export interface CreatedApplication {
  application: Application;
  /** Signs the webhooks of a git application; shown only once. Undefined on a plain git server, and where an app has its own. */
  webhookSecret?: string;
  /** Of a git application. */
  branch?: CheckedBranch;
  /** Why no app reaches its repository, although there is one for its server. */
  hint?: string;
}

/**
 * Creates an application without deploying it. It tracks the default branch of its repository unless another is set.
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
  const configured = configure(deps, request);
  const place = { projectName, name };
  const { repository } = request;
  if (!repository) return addApplication(deps, request, place, configured);
  const credentials = credentialsFor(repository, request.credentials);
  requireStatuses(repository, credentials);
  await deps.database.asUser(request.user.id).transactional(async (em) => findFreePlace(em, request.user, place));
  const reach = await reachWithout(deps, repository, credentials);
  const app = reach && 'app' in reach ? reach : undefined;
  const token = app ? undefined : (credentials.statusToken ?? credentials.token);
  const wanted = { application: request.name, repository, credentials, token };
  return withDeployKey(deps, wanted, async (keyed) => {
    const remote = app?.remote ?? cloneRemote(repository.url, keyed);
    const branch = await explainedBy(reach, () =>
      checkBranch(deps, remote, configured.source.branch, (one) => `--branch ${one}`),
    );
    configured.source.branch = branch.branch;
    const created = await addApplication(
      deps,
      { ...request, app: app?.app, credentials: keyed },
      place,
      configured,
      branch,
    );
    return { ...created, ...hintOf(reach) };
  });
}

async function addApplication(
  deps: Deps,
  request: GitRequest,
  place: Place,
  configured: SettingsDraft,
  branch?: CheckedBranch,
): Promise<CreatedApplication> {
  const { name } = place;
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const project = await findFreePlace(em, request.user, place);
    const { sourceType, provider } = sourceOf(request);
    const application = em.create(Application, {
      project,
      name,
      type: request.type,
      sourceType,
      sourceConfig: { ...configured.source, ...(provider && { provider }) },
      dockerConfig: configured.docker,
      replicas: configured.replicas,
    });
    await em.flush();
    const webhookSecret = await addGitSource(deps, em, application, { ...request, branch: branch?.branch });
    await recordAudit(em, {
      ...actor(request.user, request.origin),
      action: 'application.create',
      resourceType: 'application',
      resourceId: application.id,
      details: { name: request.name, type: request.type, after: shownSettings(configured) },
    });
    return { application, ...(webhookSecret && { webhookSecret }), ...(branch && { branch }) };
  });
}

function sourceOf({ type, repository }: ApplicationRequest): ReturnType<typeof originOf> {
  if (repository) return originOf(type, repository);
  return { sourceType: type === 'compose' ? 'docker_compose' : 'docker' };
}

/** @throws {UserError} when a setting is refused, or does not fit the others. */
function configure(deps: Deps, request: ApplicationRequest): SettingsDraft {
  const configured = applySettings(emptyDraft(request), request.settings);
  requireSource(request, configured.source.image);
  requireFitting(request.type, request.settings);
  requireServiceWithPort(request.type, configured);
  requireFreeHostPorts(deps.config, configured);
  if (configured.source.image !== undefined) requireNameableImage(deps.config, 'image', configured.source.image);
  return configured;
}

interface Place {
  projectName: string;
  name: string;
}

/** The project, in which nobody else takes the name until the transaction ends. @throws {ConflictError} when it is taken. */
async function findFreePlace(em: EntityManager, user: User, { projectName, name }: Place): Promise<Project> {
  const project = await findProject(em, projectName, { user, intent: 'manage' });
  await executeSql(em, 'select pg_advisory_xact_lock(hashtextextended($1, 0))', [`application:${project.id}/${name}`]);
  if (await em.count(Application, { project, name, deletedAt: null })) {
    throw new ConflictError(`\`${project.name}/${name}\` already exists. See \`app show ${project.name}/${name}\`.`);
  }
  return project;
}

function emptyDraft({ repository, template }: ApplicationRequest) {
  const source = repository ? { repository: repository.path, clone_url: repository.url } : template ? { template } : {};
  return { source, docker: {}, replicas: 1 };
}

function requireSource({ type, repository, template }: ApplicationRequest, image: string | undefined): void {
  if (type === 'compose' && !repository && !template) {
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
  { repository, credentials, branch, app }: GitRequest & { branch: string | undefined },
): Promise<string | undefined> {
  if (!repository || branch === undefined) return undefined;
  const id = randomUUID();
  const secret = app === undefined ? makeWebhookSecret(repository) : undefined;
  em.create(GitSource, {
    id,
    application,
    provider: repository.provider,
    repository: repository.path,
    branch,
    webhookConfig: encryptWebhookConfig(deps, { id }, { ...credentials, secret }),
    deployKeyId: credentials?.deployKeyId,
    ...(app !== undefined && { hostApp: em.getReference(HostApp, app) }),
  });
  await em.flush();
  return secret;
}
