import { randomUUID } from 'node:crypto';
import type { SourceConfig } from '../../src/entities/application-config.ts';
import type { Application } from '../../src/entities/application.ts';
import { clientLibraries } from '../../src/git-hosts/client-libraries.ts';
import type { Database } from '../../src/database/database.ts';
import type { GitProvider } from '../../src/entities/git-provider.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { encryptWebhookConfig } from '../../src/usecases/applications/git-source-secrets.ts';
import { makeApplication, makeGitSource } from './factories.ts';
import type { FakeGitHosts } from './fake-git-hosts.ts';

/** An application whose repository is at one of the hosts, with a token for its API or one that clones. */
export async function connectedApplication(
  deps: Pick<Deps, 'cipher' | 'database'>,
  hosts: FakeGitHosts,
  over: { provider?: GitProvider; token?: string; clones?: boolean; source?: SourceConfig } = {},
): Promise<Application> {
  const { clones = false, provider = 'github', source, token = hosts.token } = over;
  const sourceConfig = { clone_url: `${hosts.url}/acme/api.git`, ...source };
  const application = await makeApplication(deps.database as Database, { sourceType: provider, sourceConfig });
  const id = randomUUID();
  const webhookConfig = encryptWebhookConfig(deps, { id }, { [clones ? 'token' : 'statusToken']: token });
  await makeGitSource(deps.database, { id, application, provider, repository: 'acme/api', webhookConfig });
  return application;
}

export function librariesFor({ addresses }: FakeGitHosts): Deps['gitHostApis'] {
  return clientLibraries({ addresses, timeoutMs: 60_000 });
}
