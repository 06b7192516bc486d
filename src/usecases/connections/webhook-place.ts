import type { Application } from '../../entities/application.ts';
import { GitSource } from '../../entities/git-source.ts';
import type { GitProvider } from '../../entities/git-provider.ts';
import type { EntityManager } from '../../database/database.ts';
import { webOrigin } from '../../git-hosts/clone-url.ts';
import type { Config } from '../../config.ts';

/** A source whose application and project are loaded. */
export interface PlacedSource {
  source: Pick<GitSource, 'id' | 'repository' | 'webAddress' | 'webhookConfig' | 'hookId' | 'deployKeyId'> & {
    provider: GitProvider;
    hostApp: { id: string } | null;
  };
  application: Application;
}

export interface WebhookPlace extends PlacedSource {
  /** Other applications of the project from the same repository, the longest-standing first. */
  siblings: PlacedSource[];
  /** Whether an application of another project comes from the same repository. */
  isShared: boolean;
}

/** The URL that people add by hand. */
export function webhookUrl({ publicUrl }: Pick<Config, 'publicUrl'>, provider: GitProvider): string {
  return `${publicUrl}/webhooks/${provider}`;
}

/**
 * The URL of a webhook that Shipmate makes. It names the project, since each project has one of its own and hosts refuse two
 * webhooks with one URL. Nobody reads the name.
 */
export function ownWebhookUrl(config: Pick<Config, 'publicUrl'>, { application, source }: PlacedSource): string {
  return `${webhookUrl(config, source.provider)}?project=${application.project.id}`;
}

/** Undefined for an application without a repository on a git host. */
export async function readWebhookPlace(em: EntityManager, applicationId: string): Promise<WebhookPlace | undefined> {
  const own = await em.findOne(GitSource, { application: applicationId }, { populate: ['application.project'] });
  const place = own && placed(own);
  return place ? { ...place, ...(await usersOf(em, place)) } : undefined;
}

/** Who else uses the repository of a source. */
export async function usersOf(
  em: EntityManager,
  { application, source }: PlacedSource,
): Promise<Pick<WebhookPlace, 'siblings' | 'isShared'>> {
  const others = await em.find(
    GitSource,
    {
      provider: source.provider,
      repository: { $ilike: escapeLike(source.repository) },
      id: { $ne: source.id },
      application: { deletedAt: null },
    },
    { populate: ['application.project'], orderBy: { application: { createdAt: 'asc' } } },
  );
  const origin = originOf(application);
  const same = others.flatMap((one) => placed(one) ?? []).filter((one) => originOf(one.application) === origin);
  const siblings = same.filter((one) => one.application.project.id === application.project.id);
  return { siblings, isShared: siblings.length < same.length };
}

/** Undefined for a repository on a plain git server. */
export function placed(row: GitSource, application: Application = row.application): PlacedSource | undefined {
  const { provider } = row;
  if (!provider) return undefined;
  const { deployKeyId, hookId, id, repository, webAddress, webhookConfig } = row;
  const hostApp = row.hostApp ? { id: row.hostApp.id } : null;
  return { source: { id, provider, repository, webAddress, webhookConfig, hookId, deployKeyId, hostApp }, application };
}

function originOf({ sourceConfig }: Application): string | undefined {
  return webOrigin(sourceConfig.clone_url ?? '');
}

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}
