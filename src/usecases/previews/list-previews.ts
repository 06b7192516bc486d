import type { EntityManager } from '../../database/database.ts';
import { executeSql } from '../../database/database.ts';
import type { Config } from '../../config.ts';
import { Deployment } from '../../entities/deployment.ts';
import { Preview } from '../../entities/preview.ts';
import type { User } from '../../entities/user.ts';
import { readUrlsOf } from '../applications/application-address.ts';
import { findApplication } from '../applications/find-application.ts';
import type { Deps } from '../deps.ts';
import { isFromOutside } from './preview-trust.ts';

/** Most previews of an answer. */
const most = 100;

export interface ListedPreview {
  preview: Preview;
  /** The newest deployment; undefined before the first. */
  newest: Deployment | undefined;
  url: string | undefined;
  outside: boolean;
}

/** The previews that are not closed, newest sign of use first: of one application, or of all that the person sees. */
export async function listPreviews(
  deps: Pick<Deps, 'config' | 'database'>,
  user: User,
  application?: string,
): Promise<ListedPreview[]> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const within = application === undefined ? {} : { application: await findApplication(em, application) };
    const previews = await em.find(
      Preview,
      { ...within, state: { $ne: 'closed' } },
      { orderBy: { activeAt: 'desc' }, limit: most, populate: ['application.project', 'variant.project'] },
    );
    return withDeployments(em, deps.config, previews);
  });
}

/** The previews with what runs of them. */
export async function withDeployments(
  em: EntityManager,
  config: Config,
  previews: readonly Preview[],
): Promise<ListedPreview[]> {
  const variants = previews.flatMap(({ variant }) => variant ?? []);
  const { rows } = await executeSql<{ id: string }>(
    em,
    `select newest.id from unnest($1::uuid[]) as wanted (id), lateral (
       select id from deployments where application_id = wanted.id order by started_at desc limit 1
     ) newest`,
    [variants.map(({ id }) => id)],
  );
  const deployments = await em.find(Deployment, { id: { $in: rows.map(({ id }) => id) } });
  const newestOf = new Map(deployments.map((one) => [one.application.id, one]));
  const urls = await readUrlsOf(em, config, variants);
  return previews.map((preview) => ({
    preview,
    newest: newestOf.get(preview.variant?.id ?? ''),
    url: urls.get(preview.variant?.id ?? '')?.[0],
    outside: isFromOutside(preview),
  }));
}
