import type { GitProvider } from '../entities/git-source.ts';

/** Where the API of the host is that a repository is cloned from; undefined when it is cloned from no host. */
export function apiAddress(provider: GitProvider, cloneUrl: string): string | undefined {
  if (provider === 'bitbucket') return 'https://api.bitbucket.org/2.0';
  const origin = originOf(cloneUrl);
  if (origin === undefined) return undefined;
  return provider === 'github' ? gitHubApi(origin) : origin;
}

/** The web's address: ssh has a port of its own, and plain http is for hosts that are cloned from like that. */
function originOf(cloneUrl: string): string | undefined {
  const scp = /^[\w.-]+@([\w.-]+):(?!\/\/)/.exec(cloneUrl);
  if (scp) return `https://${scp[1]}`;
  if (!URL.canParse(cloneUrl)) return undefined;
  const { host, hostname, protocol } = new URL(cloneUrl);
  if (hostname === '') return undefined;
  return protocol === 'http:' || protocol === 'https:' ? `${protocol}//${host}` : `https://${hostname}`;
}

/** Enterprise Server has it under a path, Enterprise Cloud with data residency under a name. */
function gitHubApi(origin: string): string {
  const { hostname } = new URL(origin);
  if (hostname === 'github.com' || hostname === 'ssh.github.com') return 'https://api.github.com';
  return hostname.endsWith('.ghe.com') ? `https://api.${hostname}` : `${origin}/api/v3`;
}
