import type { Application } from '../../entities/application.ts';
import type { GitSource } from '../../entities/git-source.ts';
import type { GitHostApi } from '../../git-hosts/api.ts';
import { gitSourceIdentity } from '../applications/application-environment.ts';
import type { Deps } from '../deps.ts';

/** SQL: whether `gitHostTokenKey` finds a token, for a git source `s` and its application `a`. */
export const hasGitHostToken = `(s.provider is not null and (s.webhook_config ->> 'status_token' is not null
  or (s.webhook_config ->> 'token' is not null and a.source_config ->> 'clone_url' ~ '^https?:')))`;

type Source = Pick<GitSource, 'id' | 'provider' | 'repository' | 'webAddress' | 'webhookConfig'>;

/** The token for the git host's API: the status token, else the clone token of an https URL. */
export function gitHostTokenKey(
  { sourceConfig }: Pick<Application, 'sourceConfig'>,
  { webhookConfig }: Pick<GitSource, 'webhookConfig'>,
): 'status_token' | 'token' | undefined {
  if (webhookConfig.status_token) return 'status_token';
  return webhookConfig.token && /^https?:/.test(sourceConfig.clone_url ?? '') ? 'token' : undefined;
}

/** The API of the repository's git host; undefined when there is no token for it. */
export function openGitHostApi(
  { cipher, gitHostApis }: Pick<Deps, 'cipher' | 'gitHostApis'>,
  application: Pick<Application, 'sourceConfig'>,
  source: Source,
): GitHostApi | undefined {
  const { provider } = source;
  const key = provider ? gitHostTokenKey(application, source) : undefined;
  const sealed = key && source.webhookConfig[key];
  if (!sealed || !provider) return undefined;
  return gitHostApis.open({
    provider,
    cloneUrl: application.sourceConfig.clone_url ?? '',
    repository: source.repository,
    webAddress: source.webAddress,
    token: cipher.decrypt(sealed, gitSourceIdentity(source, key)),
  });
}
