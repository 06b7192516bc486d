import type { SourceType } from '../../entities/application.ts';

type Host = 'github' | 'gitlab' | 'bitbucket' | 'gitea';

/** Hosts that are known by their names; others say what they are by the application's source type. */
const knownHosts: Record<string, Host> = {
  'github.com': 'github',
  'gitlab.com': 'gitlab',
  'bitbucket.org': 'bitbucket',
  'codeberg.org': 'gitea',
  'gitea.com': 'gitea',
};

const paths: Record<Host, (from: string, to: string) => string> = {
  github: (from, to) => `compare/${from}...${to}`,
  gitlab: (from, to) => `-/compare/${from}...${to}`,
  // The newer one first, with a carriage return between them.
  bitbucket: (from, to) => `branches/compare/${to}%0D${from}`,
  gitea: (from, to) => `compare/${from}...${to}`,
};

/**
 * The page on which the git host shows what lies between two commits; undefined for a host we do not know and for
 * local paths.
 * @param cloneUrl https, or ssh in either form; where to find the pages is told from it.
 */
export function compareUrl(
  provider: SourceType,
  cloneUrl: string,
  { from, to }: { from: string; to: string },
): string | undefined {
  const pages = pagesOf(provider, cloneUrl);
  return pages && `${pages.repository}/${paths[pages.host](from, to)}`;
}

/** The page of one commit; undefined as for `compareUrl`. */
export function commitUrl(provider: SourceType, cloneUrl: string, commit: string): string | undefined {
  const pages = pagesOf(provider, cloneUrl);
  const folders: Record<Host, string> = {
    github: 'commit',
    gitlab: '-/commit',
    bitbucket: 'commits',
    gitea: 'commit',
  };
  return pages && `${pages.repository}/${folders[pages.host]}/${commit}`;
}

function pagesOf(provider: SourceType, cloneUrl: string): { host: Host; repository: string } | undefined {
  const web = webAddress(cloneUrl);
  if (!web) return undefined;
  const host = isHost(provider) ? provider : knownHosts[web.hostname];
  return host && { host, repository: web.href.replace(/\/+$/, '') };
}

function isHost(provider: SourceType): provider is Host {
  return provider in paths;
}

/** Never with credentials. The port of ssh says nothing about the port of the pages. */
function webAddress(cloneUrl: string): URL | undefined {
  const scp = /^[\w.-]+@(?<host>[\w.-]+):(?<path>[^/].*)$/.exec(cloneUrl)?.groups;
  const text = scp ? `https://${scp['host']}/${scp['path']}` : cloneUrl;
  if (!URL.canParse(text)) return undefined;
  const { protocol, host, hostname, pathname } = new URL(text);
  const repository = pathname.replace(/\/+$/, '').replace(/\.git$/, '');
  if (hostname === '' || repository === '') return undefined;
  if (protocol === 'https:' || protocol === 'http:') return new URL(`${protocol}//${host}${repository}`);
  return protocol === 'ssh:' ? new URL(`https://${hostname}${repository}`) : undefined;
}
