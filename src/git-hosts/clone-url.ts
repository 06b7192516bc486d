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

/** The page of a repository, never with credentials; undefined where the URL does not tell it. */
export function repositoryPage(cloneUrl: string): string | undefined {
  const url = parseCloneUrl(cloneUrl);
  if (!url || !(isWeb(url) || ['ssh:', 'scp:'].includes(url.protocol))) return undefined;
  // An absolute path on the disk of an ssh server.
  if (url.protocol === 'scp:' && url.path.startsWith('/')) return undefined;
  const path = url.path
    .replace(/^\//, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  const origin = webOrigin(cloneUrl);
  return origin && path !== '' ? new URL(`${origin}/${path}`).href.replace(/\/+$/, '') : undefined;
}

function isWeb({ protocol }: CloneUrl): boolean {
  return protocol === 'https:' || protocol === 'http:';
}
