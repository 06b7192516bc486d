import { applicationName } from '../../usecases/applications/find-application.ts';
import { restoreConnection } from '../../usecases/connections/check-connection.ts';
import { restoreApplication } from '../../usecases/lifecycle/restore-application.ts';
import { cancelAction } from '../../replies/deployment-actions.ts';
import { defineCommand } from '../command.ts';
import { named, optional, text } from '../options.ts';
import { shortId } from '../../replies/short-id.ts';

export const appRestore = defineCommand({
  name: 'app restore',
  summary: 'Bring back an archived application with the version that was live',
  role: 'admin',
  answers: 'live-message',
  options: {
    app: text('Archived application, as `project/app`'),
    as: optional(named(text('New name, if its own is taken'))),
  },
  examples: ['app restore shop/api', 'app restore shop/api --as api-old'],
  async run({ deps, user, origin }, { app, as }) {
    const { application, deployment, held } = await restoreApplication(deps, { user, application: app, as, origin });
    const name = applicationName(application);
    const data = { application: name, deployment: deployment?.id ?? null };
    const webhook = await restoreConnection(deps, application, { user, origin });
    const trouble = webhook && 'why' in webhook ? ` ${webhook.why}` : '';
    if (held !== undefined) {
      return { tone: 'warning', text: `\`${name}\` is back, but its service is not running. ${held}${trouble}`, data };
    }
    if (!deployment) {
      return {
        tone: 'success',
        text: `\`${name}\` is back. It has no version to roll out: \`deploy ${name}\`.${trouble}`,
        data,
      };
    }
    return {
      tone: 'success',
      text: `\`${name}\` is back. Deployment ${shortId(deployment.id)} rolls out the version that was live.${trouble}`,
      actions: [cancelAction(name, deployment)],
      deploymentId: deployment.id,
      data,
    };
  },
});
