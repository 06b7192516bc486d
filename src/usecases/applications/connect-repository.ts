import { randomUUID } from 'node:crypto';
import type { Application } from '../../entities/application.ts';
import type { EntityManager } from '../../database/database.ts';
import { GitSource } from '../../entities/git-source.ts';
import { HostApp } from '../../entities/host-app.ts';
import type { User } from '../../entities/user.ts';
import { UsageError } from '../../errors.ts';
import type { GitRemote } from '../../git/git.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { gitRemote, gitSourceIdentity } from './application-environment.ts';
import { type CheckedBranch, checkBranch } from './check-branch.ts';
import { credentialsFor, type KeyedCredentials, withDeployKey } from './deploy-key.ts';
import { findApplication } from './find-application.ts';
import {
  type CloneCredentials,
  cloneRemote,
  encryptWebhookConfig,
  makeWebhookSecret,
  requireStatuses,
} from './git-source-secrets.ts';
import { explainedBy, hintOf, reachWithout } from './reach-repository.ts';
import { actor, type Origin } from '../origin.ts';
import { identifyRepository, originOf, readCloneUrl, type RepositoryProvider } from './repository.ts';
import * as check from './setting-checks.ts';

export interface ConnectRequest {
  user: User;
  application: string;
  /** Default: the repository that is connected. */
  url?: string | undefined;
  provider?: RepositoryProvider | undefined;
  repository?: string | undefined;
  branch?: string | undefined;
  credentials: CloneCredentials;
  origin: Origin;
}

export interface Connected {
  application: Application;
  source: GitSource;
  /** The new secret, shown only once; undefined when the current one stays. */
  webhookSecret: string | undefined;
  branch: CheckedBranch;
  /** Why no app reaches the repository, although there is one for its server. */
  hint?: string;
}

/**
 * Connects a repository, or renews the webhook secret and credentials of the one that is connected.
 * Omitted credentials are kept unless the repository changes. When only a status token is given, the webhook secret
 * is kept too, so nothing has to change at the git host.
 * @throws {UsageError} when there is no repository to connect or its address is refused.
 */
export async function connectRepository(deps: Deps, asked: ConnectRequest): Promise<Connected> {
  const url = asked.url === undefined ? undefined : readCloneUrl(asked.url, asked.repository);
  if (url !== undefined) await deps.git.requireAllowed(url);
  const request = { ...asked, url };
  const given = await readConnection(deps.database.asUser(request.user.id), request);
  const credentials = credentialsFor(given.repository, request.credentials);
  const { application } = request;
  const reach = isStatusTokenOnly(request) ? undefined : await reachWithout(deps, given.repository, credentials);
  const app = reach && 'app' in reach ? reach : undefined;
  const wanted = {
    application,
    repository: given.repository,
    credentials,
    token: app ? undefined : keyTokenOf(deps, given, credentials),
  };
  return withDeployKey(deps, wanted, async (keyed) => {
    const full = { ...request, credentials: keyed, app };
    const checked = await explainedBy(reach, () => checkConnection(deps, full));
    return { ...(await store(deps, full, checked)), ...hintOf(reach) };
  });
}

interface KeyedRequest extends ConnectRequest {
  credentials: KeyedCredentials;
  /** What reaches the repository instead of credentials that people give. */
  app: { app: string; remote: GitRemote } | undefined;
}

async function store(deps: Deps, request: KeyedRequest, checked: CheckedBranch): Promise<Connected> {
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const { application, before, existing, repository, sameRepository } = await readConnection(em, request);
    const { branch } = checked;
    const { app } = request;
    const keeps = existing && isStatusTokenOnly(request);
    const webhookSecret = keeps || app ? undefined : makeWebhookSecret(repository);
    const id = existing?.id ?? randomUUID();
    const given = encryptWebhookConfig(deps, { id }, { ...request.credentials, secret: webhookSecret });
    // An app clones and has a webhook of its own: what did so before is of no use any more.
    const webhookConfig = { ...(sameRepository && !app ? existing?.webhookConfig : {}), ...given };
    if (!repository.provider) delete webhookConfig.secret;
    const { deployKeyId = null } = request.credentials;
    const values = {
      provider: repository.provider,
      repository: repository.path,
      branch,
      webhookConfig,
      // What was made for another repository, or replaced by a key of theirs, is not this source's any more.
      ...(!sameRepository && { hookId: null, hostRepositoryId: null, webAddress: null }),
      ...((!sameRepository || request.credentials.sshKey || app) && { deployKeyId }),
      ...(app && { hookId: null }),
      ...(!keeps && { hostApp: app ? em.getReference(HostApp, app.app) : null }),
    };
    const source = existing ? em.assign(existing, values) : em.create(GitSource, { id, application, ...values });
    // An application of an image is built from here on; that of a compose file stays one.
    if (application.type === 'docker') application.type = 'git';
    const { sourceType, provider } = originOf(application.type, repository);
    application.sourceType = sourceType;
    const { path, url: cloneUrl } = repository;
    const { provider: _earlier, ...kept } = application.sourceConfig;
    const origin = { repository: path, clone_url: cloneUrl, branch, ...(provider && { provider }) };
    application.sourceConfig = { ...kept, ...origin };
    await em.flush();
    await recordAudit(em, {
      ...actor(request.user, request.origin),
      action: 'application.connect',
      resourceType: 'application',
      resourceId: application.id,
      details: {
        kind: 'git_source',
        before,
        after: { url: cloneUrl, repository: path, branch },
        credentials_changed: Object.values(request.credentials).some(Boolean),
      },
    });
    return { application, source, webhookSecret, branch: checked };
  });
}

async function readConnection(em: EntityManager, request: ConnectRequest) {
  const application = await findApplication(em, request.application, { user: request.user, intent: 'manage' });
  const existing = await em.findOne(GitSource, { application });
  const before = {
    url: application.sourceConfig.clone_url,
    repository: existing?.repository,
    branch: existing?.branch,
  };
  const url = request.url ?? before.url;
  if (!url) throw new UsageError('Specify the repository: `--repo https://github.com/acme/api.git`.');
  const sameRepository = url === before.url;
  const repository = identifyRepository(url, {
    provider: request.provider ?? (sameRepository && existing ? (existing.provider ?? 'none') : undefined),
    path: request.repository ?? (sameRepository ? existing?.repository : undefined),
  });
  requireStatuses(repository, request.credentials);
  return { application, before, existing, repository, sameRepository };
}

/** Before the transaction, since the git host may be slow. What stays is not looked for. */
async function checkConnection(deps: Deps, request: KeyedRequest): Promise<CheckedBranch> {
  const { app, branch, credentials, url } = request;
  const em = deps.database.asUser(request.user.id);
  const { application, existing, repository, sameRepository } = await readConnection(em, request);
  const wanted = branch === undefined ? existing?.branch : check.branch('branch', branch);
  const stays = [app, branch, credentials.sshKey, credentials.token, url].every((one) => one === undefined);
  if (stays && wanted !== undefined) return { branch: wanted };
  const given = cloneRemote(repository.url, credentials);
  const stored = sameRepository ? await gitRemote(deps, application, existing) : undefined;
  const remote = app?.remote ?? (given.credentials ? given : (stored ?? given));
  const command = (other: string) => `app connect ${request.application} --branch ${other}`;
  return checkBranch(deps, remote, wanted, command);
}

/** The token that a deploy key may be made with; undefined when there is a key or it needs none. */
function keyTokenOf(
  { cipher }: Pick<Deps, 'cipher'>,
  { existing, sameRepository }: Awaited<ReturnType<typeof readConnection>>,
  { statusToken }: CloneCredentials,
): string | undefined {
  const stored = sameRepository ? existing : undefined;
  const { ssh_key: key, status_token: sealed } = stored?.webhookConfig ?? {};
  if (key) return undefined;
  return (
    statusToken ?? (stored && sealed ? cipher.decrypt(sealed, gitSourceIdentity(stored, 'status_token')) : undefined)
  );
}

function isStatusTokenOnly({ branch, credentials, provider, repository, url }: ConnectRequest): boolean {
  const others = [branch, provider, repository, url, credentials.token, credentials.sshKey];
  return Boolean(credentials.statusToken) && others.every((other) => other === undefined);
}
