import type { GitHostPages } from '../git-host.ts';

export const pages: GitHostPages = {
  comparePath: (from, to) => `compare/${from}...${to}`,
  commitPath: (commit) => `commit/${commit}`,
  webhookSteps:
    'Settings → Webhooks → Add webhook; content type application/json; just the push event, and for previews pull requests.',
  tokenRights:
    'the scopes `repo` and `admin:repo_hook`, or for a fine-grained token “Webhooks” and “Administration”: read and write',
};
