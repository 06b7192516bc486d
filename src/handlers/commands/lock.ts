import { lockDeployments, unlockDeployments } from '../../usecases/deployments/hold/deploy-locks.ts';
import { applicationName } from '../../usecases/applications/find-application.ts';
import { defineCommand } from '../command.ts';
import { rest, text } from '../options.ts';

const app = text('Application', 'application');

export const lock = defineCommand({
  name: 'lock',
  summary: 'Block deployments of an application and give the reason',
  role: 'developer',
  answers: 'channel',
  options: { app, reason: rest(text('Reason, shown to anyone who tries to deploy')) },
  form: ['app', 'reason'],
  examples: ['lock shop/api migration in progress'],
  async run({ deps, user, origin }, { app: application, reason }) {
    const { name, underWay } = await lockDeployments(deps, { user, application, reason, origin });
    const goesOn =
      underWay > 0 ? ` Deployments requested before the lock continue: \`cancel ${name}\` stops them.` : '';
    return {
      tone: 'warning',
      text: `\`${name}\` is locked: nobody deploys it until \`unlock ${name}\`.${goesOn}`,
      actions: [{ label: 'Unlock', command: `unlock ${name}` }],
      data: { application: name, reason },
    };
  },
});

export const unlock = defineCommand({
  name: 'unlock',
  summary: 'Unlock an application; only the person who locked it or an admin can',
  role: 'developer',
  answers: 'channel',
  options: { app },
  async run({ deps, user, origin }, { app: application }) {
    const { holder, reason, application: unlocked } = await unlockDeployments(deps, { user, application, origin });
    const name = applicationName(unlocked);
    return {
      tone: 'success',
      text: `\`${name}\` can be deployed again. It was locked by ${holder}: ${reason}`,
      data: { application: name },
    };
  },
});
