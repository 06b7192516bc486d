import { type Deployment, waitsForApproval } from '../../entities/deployment.ts';
import { cancelDeployment } from '../../usecases/deployments/request/cancel-deployment.ts';
import { deployApplication } from '../../usecases/deployments/request/deploy-application.ts';
import { applicationName } from '../../usecases/applications/find-application.ts';
import { promoteApplication } from '../../usecases/deployments/request/promote-application.ts';
import { rollBack } from '../../usecases/deployments/request/roll-back.ts';
import { cancelAction } from '../../replies/deployment-actions.ts';
import { defineCommand } from '../command.ts';
import { flag, optional, text } from '../options.ts';
import { shortId } from '../../replies/short-id.ts';
import { deploymentData, versionText } from '../../replies/deployment-words.ts';
import type { Reply } from '../../replies/reply.ts';

const app = text('Application', 'application');

/** Shows the application's full name, whichever form the person typed. */
function queued(deployment: Deployment, what: string): Reply {
  const { id } = deployment;
  const name = applicationName(deployment.application);
  const version = `\`${name}\` ${versionText(deployment)}`;
  const text = waitsForApproval(deployment)
    ? `${version} is protected and needs an admin’s approval: \`approve ${shortId(id)}\`.`
    : `${what} ${version} as ${shortId(id)}.`;
  return {
    tone: 'info',
    text,
    actions: [cancelAction(name)],
    deploymentId: id,
    data: { application: name, deployment: deploymentData(deployment) },
  };
}

export const deploy = defineCommand({
  name: 'deploy',
  summary: 'Deploy a branch, tag or commit',
  role: 'developer',
  answers: 'live-message',
  options: {
    app,
    ref: optional(text('Branch, tag or commit; default: the tracked branch', 'branch')),
    force: flag('Rebuild even if this commit is live; admins also override a lock or freeze'),
  },
  examples: ['deploy shop/api', 'deploy shop/api v1.4.2', 'deploy api main --force'],
  async run({ deps, user, origin }, { app: application, ref, force }) {
    const made = await deployApplication(deps, { user, application, ref, force, insist: force, origin });
    return queued(made, 'Deploying');
  },
});

export const redeploy = defineCommand({
  name: 'redeploy',
  summary: 'Rebuild and deploy the tracked branch (`deploy --force`)',
  role: 'developer',
  answers: 'live-message',
  options: { app, force: flag('Admins override a lock or freeze') },
  async run({ deps, user, origin }, { app: application, force: insist }) {
    const made = await deployApplication(deps, { user, application, force: true, insist, origin });
    return queued(made, 'Redeploying');
  },
});

export const cancel = defineCommand({
  name: 'cancel',
  summary: 'Cancel the queued or running deployment',
  role: 'developer',
  answers: 'channel',
  options: { app },
  async run({ deps, user, origin }, { app: application }) {
    const deployment = await cancelDeployment(deps, { user, application, origin });
    return {
      tone: 'warning',
      text: `Cancelling deployment ${shortId(deployment.id)} of \`${applicationName(deployment.application)}\`.`,
      data: { application: applicationName(deployment.application), deployment: deploymentData(deployment) },
    };
  },
});

export const rollback = defineCommand({
  name: 'rollback',
  summary: 'Go back to an earlier successful deployment without a rebuild',
  role: 'developer',
  answers: 'live-message',
  options: {
    app,
    deployment: optional(text('Id or commit, or a prefix; default: the previous one', 'deployment')),
    force: flag('Admins override a lock'),
  },
  examples: ['rollback shop/api', 'rollback shop/api 3f2c1ab'],
  async run({ deps, user, origin }, { app: application, deployment, force: insist }) {
    const made = await rollBack(deps, { user, application, deployment, insist, origin });
    return queued(made, 'Rolling back');
  },
});

export const promote = defineCommand({
  name: 'promote',
  summary: 'Deploy the live image of one application to another',
  role: 'developer',
  answers: 'live-message',
  options: {
    from: text('Application to take the live version from', 'application'),
    to: text('Application to deploy it to', 'application'),
  },
  form: ['from', 'to'],
  examples: ['promote shop/api-staging shop/api'],
  async run({ deps, user, origin }, { from, to }) {
    return queued(await promoteApplication(deps, { user, from, to, origin }), 'Promoting to');
  },
});
