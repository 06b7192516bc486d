/** A parsed clone URL. `git@host:path` gets its own scheme, `scp:`. */
export interface CloneUrl {
  protocol: string;
  /** With the port. */
  host: string;
  /** Empty for `file:` URLs. */
  hostname: string;
  path: string;
}

/** Undefined for a local path. */
export function parseCloneUrl(cloneUrl: string): CloneUrl | undefined {
  const scp = /^[\w.-]+@([\w.-]+):(?!\/\/)(.+)$/.exec(cloneUrl);
  if (scp) return { protocol: 'scp:', host: scp[1] ?? '', hostname: scp[1] ?? '', path: scp[2] ?? '' };
  if (!URL.canParse(cloneUrl)) return undefined;
  const url = new URL(cloneUrl);
  return { protocol: url.protocol, host: url.host, hostname: url.hostname, path: url.pathname };
}

/** The server of a repository's page, which ends with the repository's name; undefined for a page of another shape. */
export function serverOfPage(page: string | null | undefined, repository: string): string | undefined {
  if (!page || !URL.canParse(page)) return undefined;
  const { origin, pathname, protocol } = new URL(page);
  const path = decodeURI(pathname).replace(/\/+$/, '');
  if (!/^https?:$/.test(protocol) || !path.toLowerCase().endsWith(`/${repository.toLowerCase()}`)) return undefined;
  return origin + path.slice(0, -repository.length - 1);
}

/** `owner/name` at the end of a path, for hosts without nested groups; what comes before is the server's own path. */
export function lastTwo(path: string): string {
  return path
    .replace(/\/+$/, '')
    .split('/')
    .filter((segment) => segment !== '')
    .slice(-2)
    .join('/');
}

/**
 * The web address of a git server: `https` unless the clone URL uses `http`. Ignores an ssh port. Undefined where there can
 * be none, e.g. since ssh allows host names that the web does not.
 */
export function webOrigin(cloneUrl: string): string | undefined {
  const url = parseCloneUrl(cloneUrl);
  if (!url || url.hostname === '') return undefined;
  const origin = isWeb(url) ? `${url.protocol}//${url.host}` : `https://${url.hostname}`;
  return URL.canParse(origin) ? origin : undefined;
}

/** What is known of a repository besides its clone URL. */
export interface KnownPlace {
  /** What its host calls it, e.g. `acme/api`. */
  repository?: string | undefined;
  /** Address of its server on the web, as its deliveries tell it. */
  webAddress?: string | null | undefined;
}

/**
 * The web address of a git server, with the path that it is served under: `https://git.example.com/gitlab`. A clone URL tells
 * the path together with the repository's name; one of ssh tells neither path nor port.
 */
export function serverAddress(cloneUrl: string, { repository, webAddress }: KnownPlace = {}): string | undefined {
  if (webAddress) return webAddress;
  const origin = webOrigin(cloneUrl);
  const url = parseCloneUrl(cloneUrl);
  if (origin === undefined || !url || !isWeb(url) || repository === undefined) return origin;
  const path = url.path.replace(/\/+$/, '').replace(/\.git$/, '');
  const isAtEnd = path.toLowerCase().endsWith(`/${repository.toLowerCase()}`);
  return isAtEnd ? origin + path.slice(0, -repository.length - 1).replace(/\/+$/, '') : origin;
}

/**
 * The page of a repository, never with credentials; undefined where the URL does not tell it.
 * @param pageAt Path of the page, for a host that has it elsewhere than the path of the clone URL.
 */
export function repositoryPage(
  cloneUrl: string,
  pageAt: (path: string) => string = (path) => path,
): string | undefined {
  const url = parseCloneUrl(cloneUrl);
  if (!url || !(isWeb(url) || ['ssh:', 'scp:'].includes(url.protocol))) return undefined;
  // An absolute path on the disk of an ssh server.
  if (url.protocol === 'scp:' && url.path.startsWith('/')) return undefined;
  const path = url.path
    .replace(/^\//, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  const origin = webOrigin(cloneUrl);
  return origin && path !== '' ? new URL(`${origin}/${pageAt(path)}`).href.replace(/\/+$/, '') : undefined;
}

function isWeb({ protocol }: CloneUrl): boolean {
  return protocol === 'https:' || protocol === 'http:';
}
