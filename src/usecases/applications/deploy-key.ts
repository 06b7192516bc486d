import { UserError } from '../../errors.ts';
import { GitHostError } from '../../git-hosts/api.ts';
import { makeKeyPair } from '../../git/key-pair.ts';
import type { CloneCredentials } from './git-source-secrets.ts';
import type { Repository } from './repository.ts';
import type { Deps } from '../deps.ts';
import { explainHostError } from '../../git-hosts/explain-error.ts';

interface KeyRequest {
  /** `project/app` */
  application: string;
  repository: Repository;
  credentials: CloneCredentials;
  /** The token for the host's API; no key is made without one. */
  token: string | undefined;
}

/** Credentials to clone with, and the host's id of the deploy key among them, if Shipmate made it. */
export interface KeyedCredentials extends CloneCredentials {
  deployKeyId?: string;
}

/** A repository that is cloned over ssh gets its token for the API: it clones nothing. */
export function credentialsFor({ url }: Repository, given: CloneCredentials = {}): CloneCredentials {
  const { sshKey, statusToken, token } = given;
  return token && !/^https?:/.test(url) ? { sshKey, statusToken: statusToken ?? token } : given;
}

/**
 * Gives `work` a deploy key that only reads, if the repository is cloned over ssh and nobody gave a key. It is removed again
 * when `work` fails.
 * @throws {UserError} when the host refuses it.
 */
export async function withDeployKey<T>(
  deps: Deps,
  { application, credentials, repository, token }: KeyRequest,
  work: (credentials: KeyedCredentials) => Promise<T>,
): Promise<T> {
  const { path, provider, url } = repository;
  if (!provider || !token || credentials.sshKey || !isSsh(url)) return work(credentials);
  const api = deps.gitHostApis.open({ provider, cloneUrl: url, repository: path, token });
  const { privateKey, publicKey } = makeKeyPair();
  let deployKeyId: string;
  try {
    deployKeyId = await api.addDeployKey(path, { title: keyTitle(application), key: publicKey });
  } catch (error) {
    if (!(error instanceof GitHostError)) throw error;
    deps.logger.warn({ err: error, repository: path }, 'the git host refused a deploy key');
    // A host that does not answer keeps nobody from going on.
    if (!error.refused) return work(credentials);
    const task = 'manage deploy keys';
    const why = await explainHostError({ api, provider, repository: path, application, task }, error);
    throw new UserError(`${why} Or give a key of yours: \`--ssh-key\`.`);
  }
  try {
    return await work({ ...credentials, sshKey: privateKey, deployKeyId });
  } catch (error) {
    await api.removeDeployKey(path, deployKeyId).catch((failure: unknown) => {
      deps.logger.warn({ err: failure, repository: path }, 'a deploy key that nobody uses was left at the git host');
    });
    throw error;
  }
}

/** How the key is listed at the git host. */
export function keyTitle(application: string): string {
  return `Shipmate ${application}`;
}

export function isSsh(url: string): boolean {
  return /^ssh:|^[\w.-]+@[\w.-]+:/.test(url);
}
