import type { GitSource, WebhookConfig } from '../../entities/git-source.ts';
import { UsageError } from '../../errors.ts';
import { gitHosts } from '../../git-hosts/registry.ts';
import { tokenAccount } from '../../git-hosts/token-account.ts';
import type { GitRemote } from '../../git/git.ts';
import { readPrivateKey } from '../../git/private-key.ts';
import { gitSourceIdentity } from './application-environment.ts';
import type { Deps } from '../deps.ts';

/** Credentials for cloning and for the git host's API. */
export interface CloneCredentials {
  /** Access token for https. */
  token?: string | undefined;
  /** Private key for ssh. */
  sshKey?: string | undefined;
  /** API token for commit statuses and checks; default: the one for https. */
  statusToken?: string | undefined;
}

/**
 * Encrypts the given credentials for the row.
 * @throws {UsageError} for a key or token that could not be used.
 */
export function encryptWebhookConfig(
  { cipher }: Pick<Deps, 'cipher'>,
  source: Pick<GitSource, 'id'>,
  { secret, token, sshKey, statusToken }: CloneCredentials & { secret?: string | undefined },
): WebhookConfig {
  return {
    ...(secret && { secret: cipher.encrypt(secret, gitSourceIdentity(source, 'secret')) }),
    ...(token && { token: cipher.encrypt(requireToken(token), gitSourceIdentity(source, 'token')) }),
    ...(sshKey && { ssh_key: cipher.encrypt(readPrivateKey(sshKey), gitSourceIdentity(source, 'ssh_key')) }),
    ...(statusToken && {
      status_token: cipher.encrypt(requireToken(statusToken), gitSourceIdentity(source, 'status_token')),
    }),
  };
}

/** The secret that signs a repository's webhooks; undefined where there are none. */
export function makeWebhookSecret({ provider }: Pick<GitSource, 'provider'>): string | undefined {
  return provider ? gitHosts[provider].webhook.makeSecret() : undefined;
}

/** @throws {UsageError} for a token that nothing would use. */
export function requireStatuses(
  { provider }: Pick<GitSource, 'provider'>,
  { statusToken }: CloneCredentials = {},
): void {
  if (provider || !statusToken) return;
  throw new UsageError('A plain git server has no commit statuses. Leave `--status-token` out.');
}

/** The repository as these credentials read it. @throws {UsageError} for a key or token that could not be used. */
export function cloneRemote(url: string, { token, sshKey }: CloneCredentials = {}): GitRemote {
  if (token) return { url, credentials: { kind: 'token', ...tokenAccount(url, requireToken(token)) } };
  if (sshKey) return { url, credentials: { kind: 'ssh', privateKey: readPrivateKey(sshKey) } };
  return { url };
}

/** Tokens of git hosts have no white space, and a line break would truncate one when git reads it. */
function requireToken(given: string): string {
  const token = given.trim();
  if (/^[\u0021-\u007e]{1,2000}$/.test(token)) return token;
  throw new UsageError('That is not an access token. Paste the token alone: one word, no spaces.');
}
