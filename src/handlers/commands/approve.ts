import type { Deployment } from '../../entities/deployment.ts';
import { databaseName } from '../../usecases/databases/find-database.ts';
import { approveRestore, denyRestore } from '../../usecases/backups/decide-restore.ts';
import { approveDeployment, denyDeployment } from '../../usecases/deployments/request/decide-approval.ts';
import { applicationName } from '../../usecases/applications/find-application.ts';
import { approveRequest, denyRequest } from '../../usecases/assistants/decide-request.ts';
import { type Command, defineCommand } from '../command.ts';
import { createDispatcher } from '../dispatch.ts';
import { runApproved } from '../mcp/run-approved.ts';
import { flag, optional, rest, text } from '../options.ts';
import { shortId } from '../../replies/short-id.ts';
import { versionText } from '../../replies/deployment-words.ts';

const deployment = text('Id of the deployment, restore or request of an assistant, or its prefix', 'approval');

export const approve = defineCommand({
  name: 'approve',
  summary: 'Approve what somebody else requested: a deployment, a restore; or what an assistant asks for',
  role: 'developer',
  peopleOnly: true,
  answers: 'live-message',
  options: { deployment, force: flag('Deploy even if the application is locked or frozen') },
  examples: ['approve 3f2c1ab4'],
  async run({ commands, deps, user, origin }, { deployment: given, force: insist }) {
    const roleFor = roleIn(commands);
    const request = await approveRequest(deps, { user, origin, request: given, roleFor });
    if (request) return runApproved(deps, createDispatcher(deps, commands), request, user);
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
  summary: 'Deny a deployment, a restore or what an assistant asks for, while it waits for approval',
  role: 'developer',
  peopleOnly: true,
  answers: 'channel',
  options: { deployment, reason: optional(rest(text('Reason, shown to the person who asked'))) },
  form: ['deployment', 'reason'],
  examples: ['deny 3f2c1ab4 the migration is not reviewed'],
  async run({ commands, deps, user, origin }, { deployment: id, reason }) {
    const request = await denyRequest(deps, { user, origin, request: id, reason, roleFor: roleIn(commands) });
    if (request) {
      const data = { request: request.id, command: request.command };
      return { tone: 'warning', text: `Denied: ${request.client} is told why.`, data };
    }
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

function roleIn(commands: readonly Command[]) {
  return (name: string) => commands.find((one) => one.name === name)?.role;
}

function what(one: Deployment): string {
  return `\`${applicationName(one.application)}\` ${versionText(one)} (${shortId(one.id)})`;
}

function decidedData({ id, application }: Deployment): Record<string, unknown> {
  return { application: applicationName(application), deployment: id };
}
