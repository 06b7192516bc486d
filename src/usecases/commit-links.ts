import type { GitProvider } from '../entities/git-source.ts';

const hosts: Partial<Record<GitProvider, string>> = {
  github: 'https://github.com',
  gitlab: 'https://gitlab.com',
  bitbucket: 'https://bitbucket.org',
};

export interface RepositoryAddress {
  provider: GitProvider;
  /** e.g. `acme/api` */
  repository: string;
  cloneUrl?: string | undefined;
}

/** The page of a commit at the git host; undefined when it is not known where the host is. */
export function commitUrl(at: RepositoryAddress, commit: string): string | undefined {
  const base = baseOf(at);
  const folder = { github: 'commit', gitea: 'commit', gitlab: '-/commit', bitbucket: 'commits' }[at.provider];
  return base && `${base}/${folder}/${commit}`;
}

/** The page that shows what changed from one commit to another. */
export function compareUrl(at: RepositoryAddress, from: string, to: string): string | undefined {
  const base = baseOf(at);
  if (!base) return undefined;
  // Bitbucket names the newer one first.
  if (at.provider === 'bitbucket') return `${base}/branches/compare/${to}..${from}`;
  return `${base}/${at.provider === 'gitlab' ? '-/' : ''}compare/${from}...${to}`;
}

function baseOf({ provider, repository, cloneUrl }: RepositoryAddress): string | undefined {
  const host = hostOf(cloneUrl) ?? hosts[provider];
  return host && `${host}/${repository.split('/').map(encodeURIComponent).join('/')}`;
}

/** The web address of the host that a repository is cloned from: `https://…`, `ssh://git@…` or `git@host:path`. */
function hostOf(cloneUrl = ''): string | undefined {
  const web = /^(https?:\/\/)(?:[^/@]*@)?([\w.:-]+)\//.exec(cloneUrl);
  if (web) return `${web[1]}${web[2]}`;
  const ssh = /^(?:ssh:\/\/)?[\w.-]+@([\w.-]+)[:/]/.exec(cloneUrl);
  return ssh ? `https://${ssh[1]}` : undefined;
}
