import type { Deployment } from '../../entities/deployment.ts';
import { databaseName } from '../../usecases/databases/find-database.ts';
import { approveRestore, denyRestore } from '../../usecases/backups/decide-restore.ts';
import { approveDeployment, denyDeployment } from '../../usecases/deployments/request/decide-approval.ts';
import { applicationName } from '../../usecases/applications/find-application.ts';
import { defineCommand } from '../command.ts';
import { flag, optional, rest, text } from '../options.ts';
import { shortId } from '../../replies/short-id.ts';
import { versionText } from '../../replies/deployment-words.ts';

const deployment = text('Id of the deployment or restore, or its prefix', 'approval');

export const approve = defineCommand({
  name: 'approve',
  summary: 'Approve a deployment of a protected application, or a restore, that someone else requested',
  role: 'developer',
  peopleOnly: true,
  answers: 'live-message',
  options: { deployment, force: flag('Deploy even if the application is locked or frozen') },
  examples: ['approve 3f2c1ab4'],
  async run({ deps, user, origin }, { deployment: given, force: insist }) {
    const restore = await approveRestore(deps, { user, origin, restore: given });
    if (restore) {
      const { backup, database, id } = restore;
      const name = databaseName(database);
      return {
        tone: 'success',
        text: `Approved: restoring backup ${shortId(backup.id)} into \`${name}\`. \`db backups ${name}\` shows the progress.`,
        data: { database: name, restore: id },
      };
    }
    const approved = await approveDeployment(deps, { user, deployment: given, insist, origin });
    const { id } = approved;
    return {
      tone: 'success',
      text: `Approved: deploying ${what(approved)}.`,
      deploymentId: id,
      data: decidedData(approved),
    };
  },
});

export const deny = defineCommand({
  name: 'deny',
  summary: 'Deny a deployment or a restore that is waiting for approval',
  role: 'developer',
  peopleOnly: true,
  answers: 'channel',
  options: { deployment, reason: optional(rest(text('Reason, shown to the person who asked'))) },
  form: ['deployment', 'reason'],
  examples: ['deny 3f2c1ab4 the migration is not reviewed'],
  async run({ deps, user, origin }, { deployment: id, reason }) {
    const restore = await denyRestore(deps, { user, origin, restore: id, reason });
    if (restore) {
      const name = databaseName(restore.database);
      const data = { database: name, restore: restore.id };
      return { tone: 'warning', text: `Denied: \`${name}\` is unchanged.`, data };
    }
    const denied = await denyDeployment(deps, { user, deployment: id, reason, origin });
    return { tone: 'warning', text: `Denied: ${what(denied)} is not deployed.`, data: decidedData(denied) };
  },
});

function what(one: Deployment): string {
  return `\`${applicationName(one.application)}\` ${versionText(one)} (${shortId(one.id)})`;
}

function decidedData({ id, application }: Deployment): Record<string, unknown> {
  return { application: applicationName(application), deployment: id };
}
