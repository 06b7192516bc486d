import type { ScheduledDeployment } from '../entities/scheduled-deployment.ts';
import type { Scheduled } from '../usecases/deployments/scheduled/schedule-deployment.ts';
import { applicationName } from '../usecases/applications/find-application.ts';
import { formatPlanned } from '../units/times.ts';
import type { Action, Reply } from './reply.ts';
import { shortId } from './short-id.ts';

/** When it is due, and in the zone in which it was asked for. */
export function dueText({ dueAt, zone }: Pick<ScheduledDeployment, 'dueAt' | 'zone'>): string {
  return formatPlanned(dueAt, zone);
}

export function scheduledReply({ freeze, scheduled: one }: Scheduled): Reply {
  const name = applicationName(one.application);
  const what = one.ref ? `\`${name}\` ${one.ref}` : `\`${name}\``;
  const will = `${what} will be deployed at ${dueText(one)}. Locks, freezes, approvals and your role count at that time.`;
  const frozen =
    freeze &&
    `But \`${one.application.project.name}\` is frozen then, until ${formatPlanned(freeze.until, freeze.zone)}` +
      `${freeze.reason ? `: ${freeze.reason}` : ''}. Choose a later time, or it will not start.`;
  return {
    tone: frozen ? 'warning' : 'success',
    text: frozen ? `${will}\n${frozen}` : will,
    actions: [cancelScheduledAction(one)],
    data: scheduledData(one),
  };
}

export function cancelScheduledAction({ application, id }: ScheduledDeployment): Action {
  const name = applicationName(application);
  return {
    label: 'Cancel',
    command: `cancel ${name} --deployment ${shortId(id)}`,
    style: 'danger',
    confirm: `Cancel the scheduled deployment of \`${name}\`?`,
  };
}

/** What its channel reads when the time has come and it may not start. */
export function refusedScheduleReply(one: ScheduledDeployment): Reply {
  const name = applicationName(one.application);
  const line = one.ref ? `deploy ${name} ${one.ref}` : `deploy ${name}`;
  return {
    tone: 'danger',
    title: `The scheduled deployment of ${name}${one.ref ? ` ${one.ref}` : ''} did not start`,
    text: `${one.reason ?? ''}\nIt was due at ${dueText(one)}, asked by ${one.accountName} (${one.platform}).`,
    mentions: [one.account],
    actions: [{ label: 'Deploy now', command: line }],
  };
}

export function scheduledData(one: ScheduledDeployment): Record<string, unknown> {
  const { accountName, dueAt, id, platform, ref, zone } = one;
  return {
    id,
    application: applicationName(one.application),
    ref: ref ?? null,
    at: dueAt,
    zone,
    requestedBy: `${accountName} (${platform})`,
  };
}
