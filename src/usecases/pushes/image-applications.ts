import type { SourceConfig } from '../../entities/application-config.ts';
import { UserError } from '../../errors.ts';
import type { PushedImage } from '../../git-hosts/images/image-webhook.ts';
import { splitReference } from '../../git-hosts/images/pushed-image.ts';
import { requireNameableImage } from '../applications/image-settings.ts';
import type { Deps } from '../deps.ts';
import { decideByPayload } from './push-decision.ts';

export interface ImageApplication {
  id: string;
  /** e.g. `shop/api` */
  name: string;
  sourceConfig: SourceConfig;
}

/** The reference that is deployed: the name that the application has for the image, with the pushed tag and digest. */
export interface PlannedImage {
  ref: string;
  digest: string | undefined;
}

/** Applications of the project that run an image, the archived ones left out. */
export async function readImageApplications(
  { database }: Pick<Deps, 'database'>,
  project: { id: string; name: string },
): Promise<ImageApplication[]> {
  return database.querySystem<ImageApplication>(
    `select id, $2::text || '/' || name as name, source_config as "sourceConfig" from applications
     where project_id = $1 and type = 'docker' and deleted_at is null order by id`,
    [project.id, project.name],
  );
}

/**
 * What the last of the pushed images means for an application, or why nothing; undefined when it runs none of them. Its
 * `tags` decide as for tags of git; without them the tag of its own image deploys.
 */
export async function imageFor(
  { config }: Pick<Deps, 'config'>,
  { name, sourceConfig }: ImageApplication,
  images: PushedImage[],
): Promise<PlannedImage | { why: string } | undefined> {
  const { image = '', tags } = sourceConfig;
  const own = splitReference(image);
  if (!own) return undefined;
  const its = images.filter(
    ({ host, repository }) => repository === own.repository && (host === undefined || host === own.host),
  );
  let why: string | undefined;
  for (const { digest, tag } of its.toReversed()) {
    const target = { name, branch: '', source: { ...sourceConfig, tags: tags ?? [own.tag] } };
    const decision = await decideByPayload(target, pushedTag(tag));
    if (!decision?.deploy) {
      why ??= decision?.why ?? `tag \`${tag}\` is not tracked`;
      continue;
    }
    const bare = image.replace(/@.*$/, '').replace(/:[^/:]+$/, '');
    const ref = `${bare}:${tag}${digest === undefined ? '' : `@${digest}`}`;
    try {
      return { ref: requireNameableImage(config, 'image', ref), digest };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { why: error.message };
    }
  }
  return why === undefined ? undefined : { why };
}

/** A pushed tag as git hosts tell of one. */
function pushedTag(name: string) {
  return {
    kind: 'tag',
    name,
    before: undefined,
    after: '0'.repeat(40),
    forced: false,
    skips: undefined,
    paths: undefined,
    complete: true,
    title: undefined,
    author: undefined,
  } as const;
}
