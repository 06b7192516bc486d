import type { GitHost } from '../git-host.ts';
import { pages } from './pages.ts';
import { projectAndSlug } from './repository-path.ts';
import { webhook } from './webhook.ts';

/** Bitbucket Data Center, formerly Bitbucket Server and Stash. */
export const bitbucketDataCenter: GitHost = {
  title: 'Bitbucket Data Center',
  hostLabels: ['bitbucket', 'stash'],
  publicServers: [],
  namesAccount: true,
  repositoryIn: projectAndSlug,
  keepsDeliveries: false,
  webhook,
  pages,
  loadApi: async () => (await import('./api.ts')).api,
};
