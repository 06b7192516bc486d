import type { GitHostPages } from '../git-host.ts';

export const pages: GitHostPages = {
  comparePath: (from, to) => `compare/${from}...${to}`,
  commitPath: (commit) => `commit/${commit}`,
  webhookSteps:
    'Settings → Webhooks → Add webhook; content type application/json; just the push event, and for previews pull requests.',
};
