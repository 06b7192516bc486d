import type { EntityManager } from '../../database/database.ts';
import { HostApp } from '../../entities/host-app.ts';
import { nearestFirst } from '../../closest-name.ts';
import { NotFoundError, UsageError } from '../../errors.ts';
import { hostApps } from '../../git-hosts/registry.ts';
import { quoted } from '../../quoted.ts';

/**
 * The app with this slug; the only one there is without.
 * @throws {NotFoundError} when there is none; {UsageError} when there are several.
 */
export async function findApp(em: EntityManager, slug: string | undefined): Promise<HostApp> {
  const { command, title } = hostApps;
  const all = await em.find(HostApp, {}, { orderBy: { createdAt: 'asc' }, limit: 100 });
  const found = slug === undefined ? all : all.filter((one) => one.slug === slug);
  const [first, ...others] = found;
  if (first && others.length === 0) return first;
  if (first) throw new UsageError(`There are several. Name one: ${all.map((one) => `\`${one.slug}\``).join(', ')}.`);
  if (slug === undefined || all.length === 0) {
    throw new NotFoundError(`There is no ${title} yet. \`${command} create\` makes one.`);
  }
  const [nearest = slug] = nearestFirst(
    slug,
    all.map((one) => one.slug),
  );
  throw new NotFoundError(`There is no ${title} ${quoted(slug)}. Did you mean \`${nearest}\`?`);
}
