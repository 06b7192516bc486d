import type { GitHostPages } from '../git-host.ts';
import { pagePath } from './repository-path.ts';

export const pages: GitHostPages = {
  repositoryPath: pagePath,
  comparePath: (from, to) => `compare/commits?sourceBranch=${to}&targetBranch=${from}`,
  commitPath: (commit) => `commits/${commit}`,
  webhookSteps: 'Repository settings → Webhooks → Create webhook; events: repository push and pull requests.',
  tokenRights: 'the permission “Repository admin”',
};
