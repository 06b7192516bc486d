import type { GitProvider } from '../../entities/git-provider.ts';
import type { GitSource } from '../../entities/git-source.ts';
import { gitSourceIdentity } from '../applications/application-environment.ts';
import type { Deps } from '../deps.ts';
import { selectWebhookSources, type WebhookSource } from './webhook-source.ts';

/** Secrets of other repositories to try before a delivery counts as unsigned. */
const maxOtherSources = 200;

/** The sender of a delivery. */
export type WebhookSender =
  /** Git sources of the repository that the signature covers, and the one whose secret signed it. */
  | { kind: 'known'; sources: WebhookSource[]; signedBy: string }
  /** Signed with a known secret, but for a repository without applications. */
  | { kind: 'unknown repository' }
  | { kind: 'refused' };

/**
 * Finds the git sources that a delivery may trigger. One webhook serves all applications of its repository within the
 * project whose secret signed it; a project's secret triggers nothing in other projects.
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
