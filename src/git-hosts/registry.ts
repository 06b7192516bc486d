import { type GitProvider, gitProviders } from '../entities/git-provider.ts';
import { bitbucket } from './bitbucket/index.ts';
import { bitbucketDataCenter } from './bitbucket-data-center/index.ts';
import type { GitHost } from './git-host.ts';
import type { HostApps } from './host-app.ts';
import { gitea } from './gitea/index.ts';
import { apps } from './github/app/index.ts';
import { github } from './github/index.ts';
import { gitlab } from './gitlab/index.ts';

export const gitHosts: Readonly<Record<GitProvider, GitHost>> = {
  github,
  gitlab,
  bitbucket,
  'bitbucket-data-center': bitbucketDataCenter,
  gitea,
};

/** The git host that has apps, and what it does with them. */
export const appProvider: GitProvider = 'github';
export const hostApps: HostApps = apps;

/** The git host of a server, if the server's name gives it away. */
export function recogniseGitHost(hostname: string): GitProvider | undefined {
  const name = hostname.toLowerCase();
  const labels = name.split('.').slice(0, -1);
  const isNamed = (server: string) => name === server || name.endsWith(`.${server}`);
  return (
    gitProviders.find((id) => gitHosts[id].hostNames?.some(isNamed)) ??
    gitProviders.find((id) => gitHosts[id].hostLabels.some((label) => labels.includes(label)))
  );
}

/** Whether a server is on the internet, as a service for everybody: one whose name begins with a dot stands for its subdomains. */
export function isPublicServer(hostname: string): boolean {
  const servers = gitProviders.flatMap((id) => gitHosts[id].publicServers);
  return servers.some((server) => (server.startsWith('.') ? hostname.endsWith(server) : hostname === server));
}
