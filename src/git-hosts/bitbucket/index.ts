import { lastTwo } from '../clone-url.ts';
import type { GitHost } from '../git-host.ts';
import { pages } from './pages.ts';
import { webhook } from './webhook.ts';

export const bitbucket: GitHost = {
  title: 'Bitbucket',
  hostLabels: [],
  hostNames: ['bitbucket.org'],
  namesAccount: true,
  repositoryIn: lastTwo,
  publicServers: ['bitbucket.org'],
  keepsDeliveries: false,
  webhook,
  pages,
  loadApi: async () => (await import('./api.ts')).api,
};
