import { UsageError } from '../../errors.ts';
import { type Deployment, waitsForApproval } from '../../entities/deployment.ts';
import { cancelDeployment } from '../../usecases/deployments/request/cancel-deployment.ts';
import { deployApplication } from '../../usecases/deployments/request/deploy-application.ts';
import { applicationName } from '../../usecases/applications/find-application.ts';
import { cancelRun } from '../../usecases/one-offs/cancel-run.ts';
import { promoteApplication } from '../../usecases/deployments/request/promote-application.ts';
import { retryDeployment } from '../../usecases/deployments/request/retry-deployment.ts';
import { rollBack } from '../../usecases/deployments/request/roll-back.ts';
import { cancelAction } from '../../replies/deployment-actions.ts';
import { scheduleDeployment } from '../../usecases/deployments/scheduled/schedule-deployment.ts';
import { cancelScheduled } from '../../usecases/deployments/scheduled/scheduled-deployments.ts';
import { dueText, scheduledData, scheduledReply } from '../../replies/scheduled-replies.ts';
import { defineCommand } from '../command.ts';
import { flag, named, optional, text } from '../options.ts';
import { shortId } from '../../replies/short-id.ts';
import { deploymentData, versionText } from '../../replies/deployment-words.ts';
import type { Reply } from '../../replies/reply.ts';

const app = text('Application', 'application');
const live = optional(named(text('Ask first unless this deployment is live and none is in progress', 'deployment')));

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
    actions: [cancelAction(name, deployment)],
    deploymentId: id,
    data: { application: name, deployment: deploymentData(deployment) },
  };
}

export const deploy = defineCommand({
  name: 'deploy',
  summary: 'Deploy a branch, tag or commit',
  role: 'developer',
  answers: ({ at }) => (at === undefined ? 'live-message' : 'channel'),
  options: {
    app,
    ref: optional(text('Branch, tag or commit; default: the tracked branch', 'branch')),
    force: flag('Rebuild even if this commit is live; admins also override a lock or freeze'),
    at: optional(named(text('Later, e.g. `tomorrow 06:00` in your time zone'))),
  },
  form: ['app', 'ref'],
  offers: 'change',
  examples: [
    'deploy shop/api',
    'deploy shop/api v1.4.2 --at "tomorrow 06:00"',
    'deploy shop/api v1.4.2',
    'deploy api main --force',
  ],
  async run({ deps, user, origin }, { app: application, at, ref, force }) {
    if (at !== undefined) {
      if (force) throw new UsageError('`--force` is about what holds now, so it does not work with `--at`.');
      return scheduledReply(await scheduleDeployment(deps, { user, application, ref, at, origin }));
    }
    const made = await deployApplication(deps, { user, application, ref, force, insist: force, origin });
    return queued(made, 'Deploying');
  },
});

export const redeploy = defineCommand({
  name: 'redeploy',
  rare: true,
  summary: 'Rebuild and deploy the tracked branch, or repeat a deployment',
  role: 'developer',
  answers: 'live-message',
  options: {
    app,
    deployment: optional(named(text('Id of the deployment to repeat: its commit, image or rollback', 'deployment'))),
    live,
    force: flag('Admins override a lock or freeze'),
  },
  examples: ['redeploy shop/api', 'redeploy shop/api --deployment 3f2c1ab4'],
  async run({ deps, user, origin }, { app: application, deployment, live: expected, force: insist }) {
    if (deployment !== undefined) {
      const request = { user, application, deployment, live: expected, insist, origin };
      return queued(await retryDeployment(deps, request), 'Retrying');
    }
    const made = await deployApplication(deps, { user, application, force: true, insist, origin });
    return queued(made, 'Redeploying');
  },
});

export const cancel = defineCommand({
  name: 'cancel',
  summary: 'Cancel the queued or running deployment, a scheduled one, or a command',
  role: 'developer',
  answers: ({ run }) => (run === undefined ? 'channel' : 'person'),
  options: {
    app,
    deployment: optional(named(text('Id of the deployment; default: the newest', 'deployment'))),
    run: optional(named(text('Id of a command that `run` started, instead'))),
  },
  form: ['app'],
  offers: 'busy',
  async run({ deps, user, origin }, { app: application, deployment: id, run }) {
    if (run !== undefined) {
      if (id !== undefined) throw new UsageError('Give `--run` or `--deployment`, not both.');
      const name = applicationName(await cancelRun(deps, { user, application, id: run, origin }));
      return {
        tone: 'warning',
        text: `Cancelled the command ${run} in \`${name}\`.`,
        data: { application: name, run },
      };
    }
    const scheduled = id === undefined ? undefined : await cancelScheduled(deps, { user, application, id, origin });
    if (scheduled) {
      const what = `The deployment of \`${applicationName(scheduled.application)}\` at ${dueText(scheduled)}`;
      return { tone: 'warning', text: `${what} is cancelled.`, data: scheduledData(scheduled) };
    }
    const deployment = await cancelDeployment(deps, { user, application, deployment: id, origin });
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
    live,
    force: flag('Admins override a lock'),
  },
  form: ['app', 'deployment'],
  offers: 'earlier',
  examples: ['rollback shop/api', 'rollback shop/api 3f2c1ab'],
  async run({ deps, user, origin }, { app: application, deployment, live: expected, force: insist }) {
    const made = await rollBack(deps, { user, application, deployment, live: expected, insist, origin });
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
