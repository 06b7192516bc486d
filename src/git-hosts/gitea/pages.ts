import type { GitHostPages } from '../git-host.ts';

export const pages: GitHostPages = {
  comparePath: (from, to) => `compare/${from}...${to}`,
  commitPath: (commit) => `commit/${commit}`,
  webhookSteps:
    'Settings → Webhooks → Add webhook → Gitea; content type application/json; push and pull request events.',
  tokenRights: 'the scope `write:repository`, and to belong to an administrator of the repository',
};
