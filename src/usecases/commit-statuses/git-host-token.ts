import type { Application } from '../../entities/application.ts';
import type { GitSource } from '../../entities/git-source.ts';
import type { GitHostApi } from '../../git-hosts/api.ts';
import type { RenewableToken } from '../../git-hosts/app-tokens.ts';
import { type CredentialSource, gitSourceIdentity } from '../applications/application-environment.ts';
import type { Deps } from '../deps.ts';

/** SQL: whether `gitHostTokenKey` finds a token, for a git source `s` and its application `a`. */
export const hasGitHostToken = `(s.provider is not null and (s.webhook_config ->> 'status_token' is not null
  or s.host_app_id is not null
  or (s.webhook_config ->> 'token' is not null and a.source_config ->> 'clone_url' ~ '^https?:')))`;

interface Source extends CredentialSource, Pick<GitSource, 'provider' | 'webAddress'> {}

/** The token for the git host's API: the status token, else that of its app, else the clone token of an https URL. */
export function gitHostTokenKey(
  { sourceConfig }: Pick<Application, 'sourceConfig'>,
  { hostApp, webhookConfig }: Pick<CredentialSource, 'hostApp' | 'webhookConfig'>,
): 'status_token' | 'app' | 'token' | undefined {
  if (webhookConfig.status_token) return 'status_token';
  if (hostApp) return 'app';
  return webhookConfig.token && /^https?:/.test(sourceConfig.clone_url ?? '') ? 'token' : undefined;
}

/** The API of the repository's git host; undefined when there is no token for it. */
export function openGitHostApi(
  deps: Pick<Deps, 'appTokens' | 'cipher' | 'gitHostApis'>,
  application: Pick<Application, 'sourceConfig'>,
  source: Source,
): GitHostApi | undefined {
  const { provider } = source;
  const token = provider ? tokenOf(deps, application, source) : undefined;
  if (!token || !provider) return undefined;
  return deps.gitHostApis.open({
    provider,
    cloneUrl: application.sourceConfig.clone_url ?? '',
    repository: source.repository,
    webAddress: source.webAddress,
    token,
  });
}

function tokenOf(
  { appTokens, cipher }: Pick<Deps, 'appTokens' | 'cipher'>,
  application: Pick<Application, 'sourceConfig'>,
  source: Source,
): string | RenewableToken | undefined {
  const key = gitHostTokenKey(application, source);
  if (key === 'app')
    return source.hostApp ? appTokens.forRepository(source.hostApp.id, source.repository, 'api') : undefined;
  const sealed = key && source.webhookConfig[key];
  return sealed && cipher.decrypt(sealed, gitSourceIdentity(source, key));
}
