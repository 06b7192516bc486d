import type { Application } from '../../entities/application.ts';
import type { GitProvider } from '../../entities/git-provider.ts';
import type { GitSource } from '../../entities/git-source.ts';
import { gitSourceIdentity } from '../applications/application-environment.ts';
import type { Deps } from '../deps.ts';

/** How many secrets of other repositories are tried before a delivery is called unsigned. */
const maxOtherSources = 200;

/** A git source with what a push to it needs to know of its application. */
export interface WebhookSource extends Pick<GitSource, 'id' | 'branch' | 'webhookConfig'> {
  /** Commit that was deployed last. */
  commitSha: string | null;
  application: Pick<Application, 'id' | 'name' | 'sourceType' | 'sourceConfig'>;
  project: { id: string; name: string };
}

/** Whose delivery this is. */
export type WebhookSender =
  /** Git sources of the repository that the signature speaks for. */
  | { kind: 'known'; sources: WebhookSource[] }
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
  const projects = new Set(sources.filter(signed).map((source) => source.project.id));
  if (projects.size > 0) {
    return { kind: 'known', sources: sources.filter((source) => projects.has(source.project.id)) };
  }
  const others = await deps.database.querySystem<Pick<GitSource, 'id' | 'webhookConfig'>>(
    `select id, webhook_config as "webhookConfig" from git_sources where provider = $1 order by id limit ${maxOtherSources}`,
    [provider],
  );
  return others.some(signed) ? { kind: 'unknown repository' } : { kind: 'refused' };
}

/** In one round trip: every delivery asks for this first. */
async function sourcesOf({ database }: Deps, provider: GitProvider, repository: string): Promise<WebhookSource[]> {
  return database.querySystem<WebhookSource>(
    `select s.id, s.branch, s.webhook_config as "webhookConfig", s.commit_sha as "commitSha",
            json_build_object('id', a.id, 'name', a.name, 'sourceType', a.source_type,
                              'sourceConfig', a.source_config) as application,
            json_build_object('id', p.id, 'name', p.name) as project
     from git_sources s join applications a on a.id = s.application_id join projects p on p.id = a.project_id
     where s.provider = $1 and lower(s.repository) = lower($2) and a.deleted_at is null
     order by s.id`,
    [provider, repository],
  );
}
