import { HostAppInstallation } from '../../entities/host-app-installation.ts';
import type { Deps } from '../deps.ts';

/** `owner/name` as the address to clone from, where an app is installed for the owner; as it is otherwise. */
export async function expandRepository<T extends string | undefined>(
  { database }: Pick<Deps, 'database'>,
  given: T,
): Promise<T | string> {
  const [, owner] = /^([\w-]{1,100})\/[\w.-]{1,100}$/.exec(given ?? '') ?? [];
  if (owner === undefined) return given;
  const found = await database
    .asSystem()
    .find(HostAppInstallation, {}, { populate: ['hostApp'], orderBy: { createdAt: 'asc' }, limit: 1_000 });
  const installation = found.find(({ account }) => account.toLowerCase() === owner.toLowerCase());
  return installation ? `${installation.hostApp.server}/${given ?? ''}.git` : given;
}
