import type { GitHost } from '../git-host.ts';
import { pages } from './pages.ts';
import { webhook } from './webhook.ts';

export const gitea: GitHost = {
  title: 'Gitea',
  hostLabels: ['gitea', 'forgejo', 'codeberg'],
  webhook,
  pages,
  loadApi: async () => (await import('./api.ts')).api,
};
