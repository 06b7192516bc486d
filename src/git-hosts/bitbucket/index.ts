import type { GitHost } from '../git-host.ts';
import { pages } from './pages.ts';
import { webhook } from './webhook.ts';

export const bitbucket: GitHost = {
  title: 'Bitbucket',
  hostLabels: ['bitbucket'],
  webhook,
  pages,
  loadApi: async () => (await import('./api.ts')).api,
};
