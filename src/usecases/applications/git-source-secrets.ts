import type { GitSource, WebhookConfig } from '../../entities/git-source.ts';
import { gitSourceIdentity } from './application-environment.ts';
import type { Deps } from '../deps.ts';

/** What a person may give to clone with, and to talk to the git host. */
export interface CloneCredentials {
  /** Access token for https. */
  token?: string | undefined;
  /** Private key for ssh. */
  sshKey?: string | undefined;
  /** API token for commit statuses and checks; default: the one for https. */
  statusToken?: string | undefined;
}

/** Encrypts for the row; what is not given is left out. */
export function encryptWebhookConfig(
  { cipher }: Pick<Deps, 'cipher'>,
  source: Pick<GitSource, 'id'>,
  { secret, token, sshKey, statusToken }: CloneCredentials & { secret?: string | undefined },
): WebhookConfig {
  return {
    ...(secret && { secret: cipher.encrypt(secret, gitSourceIdentity(source, 'secret')) }),
    ...(token && { token: cipher.encrypt(token, gitSourceIdentity(source, 'token')) }),
    ...(sshKey && { ssh_key: cipher.encrypt(`${sshKey.trimEnd()}\n`, gitSourceIdentity(source, 'ssh_key')) }),
    ...(statusToken && { status_token: cipher.encrypt(statusToken, gitSourceIdentity(source, 'status_token')) }),
  };
}
