import { applicationName } from '../../usecases/applications/find-application.ts';
import { restoreApplication } from '../../usecases/lifecycle/restore-application.ts';
import { cancelAction } from '../../replies/deployment-actions.ts';
import { defineCommand } from '../command.ts';
import { named, optional, text } from '../options.ts';
import { shortId } from '../../replies/short-id.ts';

export const appRestore = defineCommand({
  name: 'app restore',
  summary: 'Bring an archived application back, with the version that was live',
  role: 'admin',
  answers: 'live-message',
  options: {
    app: text('Archived application, as `project/app`'),
    as: optional(named(text('Another name, when its own is taken'))),
  },
  examples: ['app restore shop/api', 'app restore shop/api --as api-old'],
  async run({ deps, user, origin }, { app, as }) {
    const { application, deployment, held } = await restoreApplication(deps, { user, application: app, as, origin });
    const name = applicationName(application);
    const data = { application: name, deployment: deployment?.id ?? null };
    if (held !== undefined) {
      return { tone: 'warning', text: `\`${name}\` is back, but its service is not. ${held}`, data };
    }
    if (!deployment) {
      return {
        tone: 'success',
        text: `\`${name}\` is back, and has no version to roll out again: \`deploy ${name}\`.`,
        data,
      };
    }
    return {
      tone: 'success',
      text: `\`${name}\` is back; the version that was live is rolled out as ${shortId(deployment.id)}.`,
      actions: [cancelAction(name)],
      deploymentId: deployment.id,
      data,
    };
  },
});
