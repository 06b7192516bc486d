import { QueryOrder } from '../database/database.ts';
import { type GitProvider, GitSource } from '../entities/git-source.ts';
import { gitSourceIdentity } from './application-environment.ts';
import type { Deps } from './deps.ts';

/** How many secrets of other repositories are tried before a delivery is called unsigned. */
const maxOtherSources = 200;

/** Whose delivery this is. */
export type WebhookSender =
  /** Git sources of the repository that the signature speaks for. */
  | { kind: 'known'; sources: GitSource[] }
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
  const signed = ({ id, webhookConfig: { secret } }: GitSource) =>
    secret !== undefined && verify(deps.cipher.decrypt(secret, gitSourceIdentity({ id }, 'secret')));
  const sources = repository === undefined ? [] : await sourcesOf(deps, provider, repository);
  const projects = new Set(sources.filter(signed).map((source) => source.application.project.id));
  if (projects.size > 0) {
    return { kind: 'known', sources: sources.filter((source) => projects.has(source.application.project.id)) };
  }
  const others = await deps.database
    .asSystem()
    .find(GitSource, { provider }, { limit: maxOtherSources, orderBy: { id: QueryOrder.ASC } });
  return others.some(signed) ? { kind: 'unknown repository' } : { kind: 'refused' };
}

async function sourcesOf(deps: Deps, provider: GitProvider, repository: string): Promise<GitSource[]> {
  const escaped = repository.replaceAll(/[\\%_]/g, String.raw`\$&`);
  return deps.database
    .asSystem()
    .find(
      GitSource,
      { provider, repository: { $ilike: escaped }, application: { deletedAt: null } },
      { populate: ['application.project'], orderBy: { id: QueryOrder.ASC } },
    );
}
