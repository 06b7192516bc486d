import type { GitHost } from '../git-host.ts';
import { pages } from './pages.ts';
import { webhook } from './webhook.ts';

export const gitlab: GitHost = {
  title: 'GitLab',
  hostLabels: ['gitlab'],
  repositoryIn: (path) => path,
  publicServers: ['gitlab.com'],
  keepsDeliveries: true,
  webhook,
  pages,
  loadApi: async () => (await import('./api.ts')).api,
};
