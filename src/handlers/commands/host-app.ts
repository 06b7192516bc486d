import { hostAppReply, hostAppsReply, repositoriesReply } from '../../replies/host-app-reply.ts';
import { createAppLink } from '../../usecases/host-apps/app-link.ts';
import { deleteApp } from '../../usecases/host-apps/delete-app.ts';
import { listRepositories } from '../../usecases/host-apps/list-repositories.ts';
import { listApps, showApp } from '../../usecases/host-apps/read-apps.ts';
import { defineCommand } from '../command.ts';
import { integer, named, optional, text } from '../options.ts';

const app = text('Name of the app in addresses at GitHub, as `github app list` shows it');

export const hostAppCreate = defineCommand({
  name: 'github app create',
  summary: 'Create a GitHub App, so that repositories are connected without tokens, keys or webhooks',
  role: 'admin',
  peopleOnly: true,
  answers: 'person',
  options: {
    organization: optional(named(text('Organization that it is to belong to; default: your account at GitHub'))),
    host: optional(named(text('Server of GitHub Enterprise, e.g. `ghe.example.com`; default: `github.com`'))),
  },
  examples: ['github app create --organization acme', 'github app create --host ghe.example.com'],
  async run({ deps, user }, { host, organization }) {
    const url = createAppLink(deps, { user, host, organization });
    return {
      tone: 'info',
      private: true,
      title: 'Create a GitHub App',
      text:
        'The link leads to a page that hands GitHub what the app needs: its webhook and its rights. Confirm it there, ' +
        'and install the app for your repositories. The link works once, for an hour.',
      link: { label: 'Create the GitHub App', url },
      data: { url },
    };
  },
});

export const hostAppList = defineCommand({
  name: 'github app list',
  summary: 'List the GitHub Apps of Shipmate and where they are installed',
  role: 'admin',
  reads: true,
  answers: 'person',
  options: {},
  run: async ({ deps }) => hostAppsReply(await listApps(deps)),
});

export const hostAppShow = defineCommand({
  name: 'github app show',
  summary: 'Show a GitHub App, its installations and the rights that they grant',
  role: 'admin',
  reads: true,
  answers: 'person',
  options: { app: optional(app) },
  run: async ({ deps }, { app: slug }) => hostAppReply(await showApp(deps, slug)),
});

export const hostAppDelete = defineCommand({
  name: 'github app delete',
  summary: 'Forget a GitHub App and its keys',
  role: 'admin',
  answers: 'channel',
  options: { app },
  async run({ deps, user, origin }, { app: slug }) {
    const { settingsUrl } = await deleteApp(deps, { user, slug, origin });
    return {
      tone: 'success',
      text: `The keys of \`${slug}\` are deleted. Delete the app at GitHub, too: ${settingsUrl}`,
      data: { app: slug, settingsUrl },
    };
  },
});

/** A table of more rows is cut by chat platforms. */
const pageLength = 30;

export const hostAppRepos = defineCommand({
  name: 'github app repos',
  summary: 'List the repositories that the GitHub Apps reach',
  role: 'admin',
  reads: true,
  answers: 'person',
  options: {
    app: optional(app),
    page: optional(named(integer(`Page of ${pageLength} (default 1)`, { min: 1, max: 1_000 }))),
  },
  run: async ({ deps }, { app: slug, page = 1 }) =>
    repositoriesReply(await listRepositories(deps, slug), { page, length: pageLength }),
});
