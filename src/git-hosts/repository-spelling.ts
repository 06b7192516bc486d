import { parseCloneUrl } from './clone-url.ts';
import { recogniseGitHost } from './registry.ts';

/** Pages of a repository on the web, as they follow its address; no host lets a repository have these names. */
const pages = /^(\/.+?\/[^/]+)\/(?:-|tree|blob|raw|commits?|blame|src\/(?:branch|tag|commit))(?:\/.*)?$/;
/** The browser's address of a repository of Bitbucket Data Center. */
const browsed = /^(.*)\/(?:projects\/([^/]+)|users\/([^/]+))\/repos\/([^/]+)(?:\/.*)?$/;

/**
 * The address to clone from, for one that a browser shows or that `git clone` reads otherwise than it looks; undefined when
 * it is right as it is.
 * @param cloneUrl One without credentials.
 * @param path What the host calls the repository, where that was given.
 */
export function rightSpelling(cloneUrl: string, path?: string): string | undefined {
  const port = portInPath(cloneUrl, path);
  if (port !== undefined) return port;
  if (/^[\w.-]+@[\w.-]+:.+\.git\/+$/.test(cloneUrl)) return withoutSlash(cloneUrl);
  if (!URL.canParse(cloneUrl)) return undefined;
  const url = new URL(cloneUrl);
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
  const user = url.username === '' ? '' : `${url.username}@`;
  const right = `${url.protocol}//${user}${url.host}${isWeb ? clonePath(url) : withoutSlash(url.pathname)}`;
  return right === `${url.protocol}//${user}${url.host}${url.pathname}` && !hasMore(cloneUrl) ? undefined : right;
}

/** The address with a scheme, for one like `github.com/acme/api`; undefined for all others. */
export function schemeless(cloneUrl: string): string | undefined {
  return /^[\w-]+(\.[\w-]+)+(:\d+)?\/[^/\s]+\/\S+$/.test(cloneUrl) ? `https://${cloneUrl}` : undefined;
}

function hasMore(cloneUrl: string): boolean {
  return /[?#]/.test(cloneUrl);
}

function clonePath({ hostname, pathname }: URL): string {
  const [, prefix = '', project, user, repository] = browsed.exec(pathname) ?? [];
  if (repository !== undefined) return `${prefix}/scm/${project ?? `~${user}`}/${repository}.git`;
  const [, address] = pages.exec(pathname) ?? [];
  if (address !== undefined) return address;
  const [, owner, name, more] = pathname.split('/');
  const isTwoPart = ['github.com', 'bitbucket.org', 'codeberg.org', 'gitea.com'].includes(hostname);
  return isTwoPart && owner && name && more ? `/${owner}/${name}` : withoutSlash(pathname);
}

/** `api.git/` is a folder for some servers; `acme/api/` is read by all. */
function withoutSlash(pathname: string): string {
  return pathname.replace(/\.git\/+$/, '.git');
}

/** `git@host:4545/acme/api.git`: git takes the port for a folder. */
function portInPath(cloneUrl: string, given: string | undefined): string | undefined {
  const [, before, port, path = ''] = /^([\w.-]+@[\w.-]+):(\d{1,5})\/(.+)$/.exec(cloneUrl) ?? [];
  if (before === undefined || Number(port) > 65_535) return undefined;
  if (given !== undefined && `${port}/${path}`.replace(/\.git\/*$/, '') === given) return undefined;
  const mayBeOwner = !path.includes('/') && recogniseGitHost(parseCloneUrl(cloneUrl)?.hostname ?? '') !== undefined;
  return mayBeOwner ? undefined : `ssh://${before}:${port}/${withoutSlash(path)}`;
}
