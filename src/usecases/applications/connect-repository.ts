import { randomUUID } from 'node:crypto';
import type { Application } from '../../entities/application.ts';
import type { EntityManager } from '../../database/database.ts';
import { GitSource } from '../../entities/git-source.ts';
import type { User } from '../../entities/user.ts';
import { UsageError } from '../../errors.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { gitRemote } from './application-environment.ts';
import { type CheckedBranch, checkBranch } from './check-branch.ts';
import { findApplication } from './find-application.ts';
import {
  type CloneCredentials,
  cloneRemote,
  encryptWebhookConfig,
  makeWebhookSecret,
  requireStatuses,
} from './git-source-secrets.ts';
import { actor, type Origin } from '../origin.ts';
import { identifyRepository, readCloneUrl, type RepositoryProvider, sourceTypeOf } from './repository.ts';
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
}

/**
 * Connects a repository, or renews the webhook secret and credentials of the one that is connected.
 * Omitted credentials are kept unless the repository changes. When only a status token is given, the webhook secret
 * is kept too, so nothing has to change at the git host.
 * @throws {UsageError} when there is no repository to connect or its address is refused.
 */
export async function connectRepository(deps: Deps, given: ConnectRequest): Promise<Connected> {
  const url = given.url === undefined ? undefined : readCloneUrl(given.url, given.repository);
  if (url !== undefined) await deps.git.requireAllowed(url);
  const request = { ...given, url };
  const checked = await checkConnection(deps, request);
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const { application, before, existing, repository, sameRepository } = await readConnection(em, request);
    const { branch } = checked;
    const webhookSecret = existing && isStatusTokenOnly(request) ? undefined : makeWebhookSecret(repository);
    const id = existing?.id ?? randomUUID();
    const given = encryptWebhookConfig(deps, { id }, { ...request.credentials, secret: webhookSecret });
    const webhookConfig = { ...(sameRepository ? existing?.webhookConfig : {}), ...given };
    if (!repository.provider) delete webhookConfig.secret;
    const told = sameRepository ? {} : { hostRepositoryId: null, webAddress: null };
    const values = { provider: repository.provider, repository: repository.path, branch, webhookConfig, ...told };
    const source = existing ? em.assign(existing, values) : em.create(GitSource, { id, application, ...values });
    application.type = 'git';
    application.sourceType = sourceTypeOf(repository);
    const { path, url: cloneUrl } = repository;
    application.sourceConfig = { ...application.sourceConfig, repository: path, clone_url: cloneUrl, branch };
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
async function checkConnection(deps: Deps, request: ConnectRequest): Promise<CheckedBranch> {
  const { branch, credentials, url } = request;
  const em = deps.database.asUser(request.user.id);
  const { application, existing, repository, sameRepository } = await readConnection(em, request);
  const wanted = branch === undefined ? existing?.branch : check.branch('branch', branch);
  const stays = [branch, credentials.sshKey, credentials.token, url].every((one) => one === undefined);
  if (stays && wanted !== undefined) return { branch: wanted };
  const given = cloneRemote(repository.url, credentials);
  const stored = sameRepository ? gitRemote(deps, application, existing) : undefined;
  const remote = given.credentials ? given : (stored ?? given);
  const command = (other: string) => `app connect ${request.application} --branch ${other}`;
  return checkBranch(deps, remote, wanted, command);
}

function isStatusTokenOnly({ branch, credentials, provider, repository, url }: ConnectRequest): boolean {
  const others = [branch, provider, repository, url, credentials.token, credentials.sshKey];
  return Boolean(credentials.statusToken) && others.every((other) => other === undefined);
}
