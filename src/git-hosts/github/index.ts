import { lastTwo } from '../clone-url.ts';
import type { GitHost } from '../git-host.ts';
import { apps } from './app/index.ts';
import { pages } from './pages.ts';
import { webhook } from './webhook.ts';

export const github: GitHost = {
  title: 'GitHub',
  hostLabels: ['github', 'ghe'],
  repositoryIn: lastTwo,
  publicServers: ['github.com', 'ssh.github.com', '.ghe.com'],
  keepsDeliveries: true,
  hasEnvironments: true,
  webhook,
  pages,
  apps,
  loadApi: async () => (await import('./api.ts')).api,
};
