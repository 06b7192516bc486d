import { changeSettings, draftOf } from '../../usecases/applications/change-settings.ts';
import { shownSettings } from '../../usecases/applications/application-settings.ts';
import type { Application } from '../../entities/application.ts';
import { templateOf } from '../../usecases/applications/template-source.ts';
import { nameInStack } from '../../usecases/applications/application-services.ts';
import { applicationName } from '../../usecases/applications/find-application.ts';
import { endPreviews } from '../../usecases/previews/close-all.ts';
import { listApplications } from '../../usecases/overview/list-applications.ts';
import { readStatus } from '../../usecases/overview/read-status.ts';
import { keyValuePair } from '../key-value-pair.ts';
import { defineCommand } from '../command.ts';
import { flag, many, named, optional, text } from '../options.ts';
import { gitHostTokenKey } from '../../usecases/commit-statuses/git-host-token.ts';
import { noApplications } from '../../replies/application-reply.ts';
import { restoreAction, statusAction } from '../../replies/row-actions.ts';
import { imageWebhookText } from '../../replies/registry-reply.ts';
import { shortId } from '../../replies/short-id.ts';

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
    if (applications.length === 0) return { tone: 'info', text: noApplications, data: [] };
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
          sourceText(one),
        ]),
        numbers: { 3: applications.map(({ replicas }) => replicas) },
        actions: applications.map(archived ? restoreAction : statusAction),
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

function sourceText({ sourceConfig }: Application): string {
  const { image, repository, template } = sourceConfig;
  return image ?? repository ?? (template ? `template ${template.name}` : '');
}

const statuses = {
  app: 'set through the app of the git host',
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
    const template = templateOf(application);
    return {
      tone: 'info',
      title: applicationName(application),
      fields: [
        { name: 'Type', value: application.type },
        { name: 'Status', value: application.status },
        ...(template ? [{ name: 'Template', value: template.name }] : []),
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
  form: ['app', 'settings'],
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
