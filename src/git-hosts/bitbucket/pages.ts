import type { GitHostPages } from '../git-host.ts';

export const pages: GitHostPages = {
  // The newer commit first, and a carriage return between the two.
  comparePath: (from, to) => `branches/compare/${to}%0D${from}`,
  commitPath: (commit) => `commits/${commit}`,
  webhookSteps:
    'Repository settings → Webhooks → Add webhook; triggers: repository push, and for previews pull request created, ' +
    'updated, merged and declined.',
  tokenRights: 'the scopes `webhook` and `repository:admin`, and the permission to administer the repository',
};
