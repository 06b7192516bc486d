import { repositoryProviders } from '../../usecases/applications/repository.ts';
import { archiveApplication } from '../../usecases/lifecycle/archive-application.ts';
import { changeSettings, draftOf } from '../../usecases/applications/change-settings.ts';
import { shownSettings } from '../../usecases/applications/application-settings.ts';
import { findWebhookNeighbour } from '../../usecases/applications/find-webhook-neighbour.ts';
import { connectRegistry } from '../../usecases/applications/connect-registry.ts';
import { connectRepository } from '../../usecases/applications/connect-repository.ts';
import { nameInStack } from '../../usecases/applications/application-services.ts';
import { applicationName } from '../../usecases/applications/find-application.ts';
import { endPreviews } from '../../usecases/previews/close-all.ts';
import { listApplications } from '../../usecases/overview/list-applications.ts';
import { readStatus } from '../../usecases/overview/read-status.ts';
import { keyValuePair } from '../key-value-pair.ts';
import { defineCommand } from '../command.ts';
import { flag, choice, many, named, optional, secret, text } from '../options.ts';
import { gitHostTokenKey } from '../../usecases/commit-statuses/git-host-token.ts';
import { imageRegistries } from '../../entities/image-registry.ts';
import { imageWebhookText, registryReply } from '../../replies/registry-reply.ts';
import { connectedReply } from '../../replies/connected-reply.ts';
import { shortId } from '../../replies/short-id.ts';
import { allOf } from '../../word-lists.ts';

export const appConnect = defineCommand({
  name: 'app connect',
  summary: 'Connect an application to a git repository or an image registry, or renew its webhook secret',
  role: 'admin',
  answers: 'person',
  options: {
    app: text('Application', 'application'),
    repo: optional(named(text('URL to clone; default: unchanged'))),
    branch: optional(
      named(text('Branch to deploy on push; default: the current one, or the repository’s default branch')),
    ),
    provider: optional(
      named(
        choice(
          'Git host, or `none` for a server without webhooks; default: inferred from the URL',
          repositoryProviders,
        ),
      ),
    ),
    repository: optional(named(text('Repository name on the git host, e.g. `acme/api`'))),
    registry: optional(
      named(
        choice(
          'For an application that runs an image: the registry whose webhook deploys pushed ones',
          imageRegistries,
        ),
      ),
    ),
    token: secret('Access token to clone over https'),
    sshKey: secret('Private key to clone over ssh'),
    statusToken: secret('API token to report commit statuses; default: the one for https'),
  },
  examples: [
    'app connect shop/api --repo https://github.com/acme/api.git --token',
    'app connect shop/api',
    'app connect shop/api --status-token',
    'app connect shop/web --registry harbor',
  ],
  async run({ deps, user, origin }, { app, repo, branch, provider, registry, repository, token, sshKey, statusToken }) {
    if (registry !== undefined) {
      const connected = await connectRegistry(deps, { user, application: app, registry, origin });
      return registryReply(registry, connected);
    }
    const {
      application,
      branch: tracked,
      source,
      webhookSecret,
    } = await connectRepository(deps, {
      user,
      application: app,
      url: repo,
      provider,
      repository,
      branch,
      credentials: { token, sshKey, statusToken },
      origin,
    });
    const name = applicationName(application);
    const data = { id: application.id, application: name };
    if (source.provider && webhookSecret === undefined) {
      return { tone: 'success', text: `\`${name}\` reports commit statuses with this token; its webhook stays.`, data };
    }
    return connectedReply(deps, {
      title: `\`${name}\` is connected`,
      name,
      repository: {
        url: application.sourceConfig.clone_url ?? '',
        provider: source.provider ?? null,
        path: source.repository,
      },
      webhookSecret,
      branch: tracked,
      poll: application.sourceConfig.poll,
      neighbour: await findWebhookNeighbour(deps, user, application),
      data,
    });
  },
});

export const appList = defineCommand({
  name: 'app list',
  summary: 'List the applications you see',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: {
    project: optional(text('Only for this project', 'project')),
    archived: flag('List archived applications, which `app restore` brings back'),
    after: optional(named(text('Continue a list: the id that its end shows'))),
  },
  async run({ deps, user }, { project, archived, after }) {
    const { applications, next } = await listApplications(deps, user, { project, archived, after });
    if (applications.length === 0 && archived) return { tone: 'info', text: 'No archived applications.', data: [] };
    if (applications.length === 0) {
      return {
        tone: 'info',
        text: 'No applications yet. `app create <project>/<app> --repo <url>` creates one.',
        data: [],
      };
    }
    const more = ['app list', project, archived && '--archived', next && `--after ${shortId(next)}`];
    return {
      tone: 'info',
      title: 'Applications',
      ...(next && { text: `These are ${applications.length}. The next ones: \`${more.filter(Boolean).join(' ')}\`.` }),
      table: {
        columns: ['Application', 'Type', 'Status', 'Replicas', 'Source'],
        rows: applications.map((one) => [
          applicationName(one),
          one.type,
          one.status,
          String(one.replicas),
          one.sourceConfig.image ?? one.sourceConfig.repository ?? '',
        ]),
      },
      data: applications.map((one) => ({
        id: one.id,
        application: applicationName(one),
        type: one.type,
        status: one.status,
      })),
    };
  },
});

const statuses = {
  status_token: 'reported, with a separate token',
  token: 'reported, with the clone token',
  none: 'not reported; `app connect --status-token` sets one up',
};

export const appShow = defineCommand({
  name: 'app show',
  summary: 'Show how an application is configured',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { app: text('Application', 'application') },
  async run({ deps, user }, { app }) {
    const { application, services, source, urls } = await readStatus(deps, user, app);
    const [url, ...others] = urls;
    const shown = shownSettings(draftOf(application));
    const { image_registry: registry } = application.sourceConfig;
    const isImage = application.type === 'docker';
    return {
      tone: 'info',
      title: applicationName(application),
      fields: [
        { name: 'Type', value: application.type },
        { name: 'Status', value: application.status },
        ...(isImage && source && registry
          ? [{ name: 'Image webhook', value: imageWebhookText(deps, registry, source.id) }]
          : []),
        ...(source && !isImage
          ? [{ name: 'Repository', value: `${source.repository} (${source.provider ?? 'no webhooks'})` }]
          : []),
        ...(application.sourceConfig.clone_url
          ? [{ name: 'Clone from', value: application.sourceConfig.clone_url }]
          : []),
        ...(others.length > 0 ? [{ name: 'Also at', value: others.join('\n') }] : []),
        ...(application.type === 'compose'
          ? [{ name: 'Services', value: services.map((one) => nameInStack(one)).join(', ') || 'none yet' }]
          : []),
        ...(source?.provider
          ? [{ name: 'Commit statuses', value: statuses[gitHostTokenKey(application, source) ?? 'none'] }]
          : []),
      ],
      table: { columns: ['Setting', 'Value'], rows: Object.entries(shown) },
      ...(url && { link: { label: url, url } }),
      data: {
        id: application.id,
        application: applicationName(application),
        type: application.type,
        status: application.status,
        url: url ?? null,
        urls,
        repository:
          source && !isImage
            ? { provider: source.provider ?? null, path: source.repository, branch: source.branch }
            : null,
        commitStatuses:
          Boolean(source?.provider) && source !== null && gitHostTokenKey(application, source) !== undefined,
        ...(application.type === 'compose' && { services: services.map((one) => nameInStack(one)) }),
        settings: shown,
      },
    };
  },
});

export const appSet = defineCommand({
  name: 'app set',
  summary: 'Change settings of an application; an empty value restores the default',
  role: 'developer',
  answers: 'channel',
  options: {
    app: text('Application', 'application'),
    settings: many(text('Settings as key=value, see docs/commands.md')),
  },
  examples: ['app set shop/api port=3000 health-path=/healthz memory=512M', 'app set shop/api watch='],
  async run({ deps, user, origin }, { app, settings }) {
    const { application, changes, doubt } = await changeSettings(deps, {
      user,
      application: app,
      assignments: settings.map(keyValuePair),
      origin,
    });
    if (changes.some(({ key, after }) => key === 'previews' && after === undefined)) {
      await endPreviews(deps, user, application);
    }
    const name = applicationName(application);
    if (changes.length === 0)
      return { tone: 'info', text: `Nothing changed: \`${name}\` already has these settings.`, data: [] };
    return {
      tone: 'success',
      text: [`Changed \`${name}\`. To apply it: \`redeploy ${name}\`.`, doubt].filter(Boolean).join('\n'),
      table: {
        columns: ['Setting', 'Before', 'After'],
        rows: changes.map(({ key, before, after }) => [key, before ?? '', after ?? '']),
      },
      data: changes,
    };
  },
});

export const appArchive = defineCommand({
  name: 'app archive',
  summary: 'Take an application out of service; its history stays',
  role: 'admin',
  answers: 'channel',
  options: { app: text('Application', 'application') },
  async run({ deps, user, origin }, { app }) {
    const { application, domains } = await archiveApplication(deps, { user, application: app, origin });
    const name = applicationName(application);
    return {
      tone: 'success',
      text:
        `\`${name}\` is archived, and its service is removed. \`app restore ${name}\` brings it back` +
        `${domains.length > 0 ? `, without its domains: ${allOf(domains)}` : ''}.`,
      data: { application: name, domains },
    };
  },
});
