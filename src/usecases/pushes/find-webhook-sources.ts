import type { GitProvider } from '../../entities/git-provider.ts';
import type { GitSource } from '../../entities/git-source.ts';
import { gitSourceIdentity } from '../applications/application-environment.ts';
import type { Deps } from '../deps.ts';
import { selectWebhookSources, type WebhookSource } from './webhook-source.ts';

/** How many secrets of other repositories are tried before a delivery is called unsigned. */
const maxOtherSources = 200;

/** Whose delivery this is. */
export type WebhookSender =
  /** Git sources of the repository that the signature speaks for, and the one whose secret made it. */
  | { kind: 'known'; sources: WebhookSource[]; signedBy: string }
  /** Signed with a secret of ours, but for a repository that no application comes from. */
  | { kind: 'unknown repository' }
  | { kind: 'refused' };

/**
 * Finds the git sources that a delivery may act for. One webhook serves all applications of its repository
 * within the project whose secret signed it; the secret of one project moves nothing in another.
 */
export async function findWebhookSources(
  deps: Deps,
  provider: GitProvider,
  repository: string | undefined,
  verify: (secret: string) => boolean,
): Promise<WebhookSender> {
  const signed = ({ id, webhookConfig: { secret } }: Pick<GitSource, 'id' | 'webhookConfig'>) =>
    secret !== undefined && verify(deps.cipher.decrypt(secret, gitSourceIdentity({ id }, 'secret')));
  const sources = repository === undefined ? [] : await sourcesOf(deps, provider, repository);
  const signers = sources.filter(signed);
  const [signer] = signers;
  if (signer) {
    const projects = new Set(signers.map((source) => source.project.id));
    return {
      kind: 'known',
      sources: sources.filter((source) => projects.has(source.project.id)),
      signedBy: signer.id,
    };
  }
  const others = await deps.database.querySystem<Pick<GitSource, 'id' | 'webhookConfig'>>(
    `select id, webhook_config as "webhookConfig" from git_sources where provider = $1 order by id limit ${maxOtherSources}`,
    [provider],
  );
  return others.some(signed) ? { kind: 'unknown repository' } : { kind: 'refused' };
}

async function sourcesOf({ database }: Deps, provider: GitProvider, repository: string): Promise<WebhookSource[]> {
  return database.querySystem<WebhookSource>(
    selectWebhookSources({ where: 's.provider = $1 and lower(s.repository) = lower($2)' }),
    [provider, repository],
  );
}
