import type { ChangeRequest } from '../../git-hosts/change-request.ts';

/**
 * Where to clone a fork from, over https on the server of the repository: what a payload calls its address could be any.
 * Undefined when the repository itself has its commits.
 */
export function forkUrl(
  cloneUrl: string | undefined,
  { cloneFrom, repository }: Pick<ChangeRequest, 'cloneFrom' | 'repository'>,
): string | undefined {
  if (cloneFrom === undefined || cloneUrl === undefined) return undefined;
  const path = cloneFrom.split('/').map(encodeURIComponent).join('/');
  const at = /^[\w.-]+@([\w.-]+):/.exec(cloneUrl)?.[1];
  if (at !== undefined) return `https://${at}/${path}.git`;
  if (!URL.canParse(cloneUrl)) return undefined;
  const { hostname, origin, pathname, protocol } = new URL(cloneUrl);
  const base = protocol === 'https:' || protocol === 'http:' ? origin : `https://${hostname}`;
  const before = pathname.toLowerCase().indexOf(`/${repository.toLowerCase()}`);
  return `${base}${before > 0 ? pathname.slice(0, before) : ''}/${path}.git`;
}
