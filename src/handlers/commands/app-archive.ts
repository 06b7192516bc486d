import { applicationName } from '../../usecases/applications/find-application.ts';
import { archiveApplication } from '../../usecases/lifecycle/archive-application.ts';
import { deleteApplication } from '../../usecases/lifecycle/delete-application.ts';
import { allOf } from '../../word-lists.ts';
import { defineCommand } from '../command.ts';
import { flag, text } from '../options.ts';

export const appArchive = defineCommand({
  name: 'app archive',
  summary: 'Take an application out of service; its history stays',
  role: 'admin',
  answers: 'channel',
  options: { app: text('Application', 'application') },
  async run({ deps, user, origin }, { app }) {
    const archived = await archiveApplication(deps, { user, application: app, origin });
    const { application, domains, left, unscheduled } = archived;
    const name = applicationName(application);
    return {
      tone: 'success',
      text:
        `\`${name}\` is archived, and its service is removed. \`app restore ${name}\` brings it back` +
        `${domains.length > 0 ? `, without its domains: ${allOf(domains)}` : ''}.` +
        `${unscheduled > 0 ? ` Its scheduled deployments are cancelled: ${unscheduled}.` : ''}` +
        `${left === undefined ? '' : `\n${left}`}`,
      data: { application: name, domains, unscheduled, ...(left !== undefined && { left }) },
    };
  },
});

export const appDelete = defineCommand({
  name: 'app delete',
  summary: 'Delete an archived application with its history, for good',
  role: 'admin',
  answers: 'channel',
  options: {
    app: text('Application, as `project/app`'),
    now: flag('Delete it although it is not archived'),
    data: flag('Delete the data of its volumes'),
  },
  examples: ['app delete shop/old-api', 'app delete shop/try --now --data'],
  async run({ deps, user, origin }, { app, now, data }) {
    const deleted = await deleteApplication(deps, { user, application: app, now, data, origin });
    const { left, leftAtHost, name } = deleted;
    const places = left.map(
      ({ node, volume }) => `Data stays on node \`${node}\`. To delete it there: \`docker volume rm ${volume}\`.`,
    );
    const text = `\`${name}\` is deleted with its history. What it has on Docker is being removed.`;
    return {
      tone: left.length > 0 ? 'warning' : 'success',
      text: [text, ...places, ...(leftAtHost === undefined ? [] : [leftAtHost])].join('\n'),
      data: { application: name, deployments: deleted.deployments, left },
    };
  },
});
