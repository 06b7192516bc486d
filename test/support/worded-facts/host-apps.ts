import type { WordedFacts } from './worded-facts.ts';

const app = {
  app: 'shipmate-acme',
  account: 'acme',
  page: 'https://github.com/organizations/acme/settings/installations/5000',
  missing: [],
};
const reached = { ...app, application: 'shop/api', repository: 'acme/api' };
const show = { label: 'Show', command: 'app show shop/api' };
const differences = { label: 'What changes', command: 'diff shop/api' };
const cutOff = 'shop/api is cut off from its repository';
const token =
  'Pushes to `acme/api` do not arrive and it cannot be cloned; what is live keeps running. ' +
  'Connect with a token (`app connect shop/api --token`), or';
const lacking =
  '`acme` has not granted `checks: read` and `deployments: write`; what needs them does not work until it does: ' +
  app.page;

export const hostAppFacts: WordedFacts<'app-reach' | 'app-installation' | 'app-webhook'> = {
  'app-webhook': [
    [
      'that moved',
      {
        app: 'shipmate-acme',
        before: 'https://old.example/webhooks/github',
        after: 'https://ship.example/webhooks/github',
      },
      {
        tone: 'info',
        title: 'The webhook of shipmate-acme has moved',
        text: 'It leads to https://ship.example/webhooks/github, since `SHIPMATE_PUBLIC_URL` changed, and no longer to https://old.example/webhooks/github.',
        actions: [{ label: 'Show', command: 'github app show shipmate-acme' }],
      },
    ],
  ],
  'app-reach': [
    [
      'that was suspended',
      { ...reached, change: 'suspended' },
      {
        tone: 'warning',
        title: cutOff,
        text: `\`acme\` suspended the GitHub App \`shipmate-acme\`. ${token} unsuspend it: ${app.page}`,
        actions: [show],
      },
    ],
    [
      'that was uninstalled',
      { ...reached, change: 'uninstalled', page: 'https://github.com/apps/shipmate-acme/installations/new' },
      {
        tone: 'warning',
        title: cutOff,
        text: `\`acme\` uninstalled the GitHub App \`shipmate-acme\`. ${token} install it: https://github.com/apps/shipmate-acme/installations/new`,
        actions: [show],
      },
    ],
    [
      'whose repository was removed',
      { ...reached, change: 'left' },
      {
        tone: 'warning',
        title: cutOff,
        text: `\`acme/api\` is not among the repositories that the GitHub App \`shipmate-acme\` reaches. ${token} add it: ${app.page}`,
        actions: [show],
      },
    ],
    [
      'whose repository was added',
      { ...reached, change: 'reached' },
      {
        tone: 'success',
        title: 'shop/api is connected',
        text: 'The GitHub App `shipmate-acme` reaches `acme/api`. Pushes deploy it from now on; `diff shop/api` shows what was pushed before.',
        actions: [differences, show],
      },
    ],
    [
      'that was unsuspended, without some rights',
      { ...reached, change: 'unsuspended', missing: ['checks: read', 'deployments: write'] },
      {
        tone: 'warning',
        title: 'shop/api is connected',
        text: `\`acme\` unsuspended the GitHub App \`shipmate-acme\`. Pushes deploy it from now on; \`diff shop/api\` shows what was pushed before. ${lacking}`,
        actions: [differences, show],
      },
    ],
    [
      'with all rights',
      { ...reached, change: 'granted' },
      {
        tone: 'success',
        title: 'shop/api has other rights',
        text: '`acme` accepted the rights of the GitHub App `shipmate-acme`. It has all that Shipmate uses.',
        actions: [show],
      },
    ],
    [
      'with some rights',
      { ...reached, change: 'granted', missing: ['checks: read', 'deployments: write'] },
      {
        tone: 'warning',
        title: 'shop/api has other rights',
        text: `\`acme\` accepted the rights of the GitHub App \`shipmate-acme\`. ${lacking}`,
        actions: [show],
      },
    ],
  ],
  'app-installation': [
    [
      'for some repositories',
      { ...app, change: 'installed', repositories: ['acme/api', 'acme/web'], count: 7 },
      {
        tone: 'info',
        title: 'The GitHub App of acme',
        text: '`acme` installed the GitHub App `shipmate-acme`. It reaches `acme/api`, `acme/web` and 5 more. Next: `app create <project>/<name> --repo acme/api`.',
        actions: [{ label: 'Repositories', command: 'github app repos' }],
      },
    ],
    [
      'for all repositories',
      { ...app, change: 'installed', repositories: [], count: null, missing: ['contents: read'] },
      {
        tone: 'info',
        title: 'The GitHub App of acme',
        text: `\`acme\` installed the GitHub App \`shipmate-acme\`. It reaches all repositories of the account. Next: \`app create <project>/<name> --repo acme/<repository>\`. \`acme\` has not granted \`contents: read\`; what needs them does not work until it does: ${app.page}`,
        actions: [{ label: 'Repositories', command: 'github app repos' }],
      },
    ],
    [
      'for another repository',
      { ...app, change: 'added', repositories: ['acme/web'], count: 1 },
      {
        tone: 'info',
        title: 'The GitHub App of acme',
        text: '`acme` added repositories to the GitHub App `shipmate-acme`. It reaches `acme/web`. Next: `app create <project>/<name> --repo acme/web`.',
        actions: [{ label: 'Repositories', command: 'github app repos' }],
      },
    ],
    [
      'for one repository less',
      { ...app, change: 'removed', repositories: ['acme/web'], count: 1 },
      {
        tone: 'info',
        title: 'The GitHub App of acme',
        text: '`acme` removed a repository from the GitHub App `shipmate-acme`. No application uses it.',
        actions: [{ label: 'Show', command: 'github app show shipmate-acme' }],
      },
    ],
    [
      'that was suspended',
      { ...app, change: 'suspended', repositories: [], count: 0 },
      {
        tone: 'info',
        title: 'The GitHub App of acme',
        text: `\`acme\` suspended the GitHub App \`shipmate-acme\`. No application uses it there. Unsuspend it: ${app.page}`,
        actions: [{ label: 'Show', command: 'github app show shipmate-acme' }],
      },
    ],
    [
      'that was uninstalled',
      { ...app, change: 'uninstalled', repositories: [], count: 0 },
      {
        tone: 'info',
        title: 'The GitHub App of acme',
        text: `\`acme\` uninstalled the GitHub App \`shipmate-acme\`. No application uses it there. Install it: ${app.page}`,
        actions: [{ label: 'Show', command: 'github app show shipmate-acme' }],
      },
    ],
    [
      'with all rights',
      { ...app, change: 'granted', repositories: [], count: 0 },
      {
        tone: 'info',
        title: 'The GitHub App of acme',
        text: '`acme` accepted the rights of the GitHub App `shipmate-acme`.',
        actions: [{ label: 'Show', command: 'github app show shipmate-acme' }],
      },
    ],
  ],
};
