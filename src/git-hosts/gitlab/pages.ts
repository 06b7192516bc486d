import type { GitHostPages } from '../git-host.ts';

export const pages: GitHostPages = {
  comparePath: (from, to) => `-/compare/${from}...${to}`,
  commitPath: (commit) => `-/commit/${commit}`,
  webhookSteps:
    'Settings → Webhooks; paste the secret as secret token (or signing token); push, tag push and merge request events.',
  tokenRights: 'the scope `api`, and the role Maintainer in the project',
};
