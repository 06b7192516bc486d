import { lastTwo } from '../clone-url.ts';
import type { GitHost } from '../git-host.ts';
import { pages } from './pages.ts';
import { webhook } from './webhook.ts';

export const gitea: GitHost = {
  title: 'Gitea',
  hostLabels: ['gitea', 'forgejo', 'codeberg'],
  repositoryIn: lastTwo,
  publicServers: ['gitea.com', 'codeberg.org'],
  keepsDeliveries: false,
  webhook,
  pages,
  loadApi: async () => (await import('./api.ts')).api,
};
