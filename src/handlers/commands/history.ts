import { deploymentPageAddress } from '../../usecases/deployments/deployment-page-url.ts';
import { applicationName } from '../../usecases/applications/find-application.ts';
import { readHistory } from '../../usecases/deployments/read-deployments.ts';
import { readScheduled } from '../../usecases/deployments/scheduled/scheduled-deployments.ts';
import { deploymentAction } from '../../replies/row-actions.ts';
import { cancelScheduledAction, dueText } from '../../replies/scheduled-replies.ts';
import { defineCommand } from '../command.ts';
import { integer, named, optional, text } from '../options.ts';
import { shortId } from '../../replies/short-id.ts';
import { formatAgo } from '../../units/times.ts';
import { deploymentData, deploymentOutcome, versionText } from '../../replies/deployment-words.ts';
import { formatDuration } from '../../units/durations.ts';

export const history = defineCommand({
  name: 'history',
  summary: 'List the deployments of an application, newest first',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: {
    app: text('Application', 'application'),
    limit: optional(named(integer('How many (default 10)', { min: 1, max: 200 }))),
  },
  async run({ deps, user }, { app, limit }) {
    const { application, deployments } = await readHistory(deps, user, { application: app, limit: limit ?? 10 });
    const scheduled = await readScheduled(deps, user, application);
    const name = applicationName(application);
    if (deployments.length === 0 && scheduled.length === 0) {
      return { tone: 'info', text: `\`${name}\` has not been deployed yet: \`deploy ${name}\`.`, data: [] };
    }
    return {
      tone: 'info',
      title: `Deployments of ${name}`,
      table: {
        columns: ['Id', 'Outcome', 'Version', 'By', 'When', 'Took'],
        rows: [
          ...scheduled.map((one) => [
            shortId(one.id),
            'scheduled',
            one.ref ?? '',
            `${one.accountName} (${one.platform})`,
            dueText(one),
            '',
          ]),
          ...deployments.map((one) => [
            shortId(one.id),
            deploymentOutcome(one),
            versionText(one),
            one.metadata.requested_by ?? '',
            formatAgo(one.startedAt),
            one.metadata.duration_seconds === undefined ? '' : formatDuration(one.metadata.duration_seconds * 1_000),
          ]),
        ],
        numbers: {
          4: [
            ...scheduled.map(({ dueAt }) => dueAt.getTime()),
            ...deployments.map(({ startedAt }) => startedAt.getTime()),
          ],
          5: [...scheduled.map(() => undefined), ...deployments.map(({ metadata }) => metadata.duration_seconds)],
        },
        links: {
          0: [...scheduled.map(() => undefined), ...deployments.map((one) => deploymentPageAddress(deps, one))],
        },
        actions: [...scheduled.map(cancelScheduledAction), ...deployments.map((one) => deploymentAction(name, one))],
      },
      actions: scheduled.slice(0, 5).map(cancelScheduledAction),
      data: deployments.map(deploymentData),
    };
  },
});
