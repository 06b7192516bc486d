import { type GitProvider, gitProviders } from '../entities/git-provider.ts';
import { bitbucket } from './bitbucket/index.ts';
import type { GitHost } from './git-host.ts';
import { gitea } from './gitea/index.ts';
import { github } from './github/index.ts';
import { gitlab } from './gitlab/index.ts';

export const gitHosts: Readonly<Record<GitProvider, GitHost>> = { github, gitlab, bitbucket, gitea };

/** The git host of a server, if the server's name gives it away. */
export function recogniseGitHost(hostname: string): GitProvider | undefined {
  const labels = hostname.split('.').slice(0, -1);
  return gitProviders.find((id) => gitHosts[id].hostLabels.some((label) => labels.includes(label)));
}
