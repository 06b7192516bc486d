import type { Fact, FactKind, NotificationFact } from '../entities/notification-facts.ts';
import { backupFailed, drillFailed, restoreFailed, restoreSucceeded, restoreWaiting } from './backup-notifications.ts';
import { certificateExpiring, certificateFailed, certificateIssued } from './certificate-notifications.ts';
import { appInstallation, appReach, appWebhook } from './host-app-notifications.ts';
import { diskFilling, diskFreed, nodeBack, nodeLost } from './host-notifications.ts';
import {
  applicationHealthy,
  applicationUnhealthy,
  databaseHealthy,
  databaseUnhealthy,
} from './health-notifications.ts';
import { formatTime } from '../units/times.ts';
import type { Reply } from './reply.ts';
import { memoryEnough, memoryShort, restarting, restartsOver } from './usage-notifications.ts';

type Wording = { [Kind in FactKind]: (fact: Fact<Kind>) => Reply | Promise<Reply> };

/** What people read about each kind of fact; one without words does not compile. */
const wording: Wording = {
  'application-unhealthy': applicationUnhealthy,
  'application-healthy': applicationHealthy,
  'memory-short': memoryShort,
  'memory-enough': memoryEnough,
  restarting,
  'restarts-over': restartsOver,
  'database-unhealthy': databaseUnhealthy,
  'database-healthy': databaseHealthy,
  'backup-failed': backupFailed,
  'drill-failed': drillFailed,
  'restore-waiting': restoreWaiting,
  'restore-succeeded': restoreSucceeded,
  'restore-failed': restoreFailed,
  'certificate-issued': certificateIssued,
  'certificate-failed': certificateFailed,
  'certificate-expiring': certificateExpiring,
  'node-lost': nodeLost,
  'node-back': nodeBack,
  'disk-filling': diskFilling,
  'disk-freed': diskFreed,
  'branch-behind': branchBehind,
  'repository-moved': repositoryMoved,
  'app-reach': appReach,
  'app-installation': appInstallation,
  'app-webhook': appWebhook,
  'command-failed': commandFailed,
  'command-missed': commandMissed,
  'job-failed': jobFailed,
  'job-recovered': jobRecovered,
  digest: async ({ digest }) => (await import('./digest-reply.ts')).digestReply(digest),
};

/** False for the kinds that a newer Shipmate knows. */
export function isKnownFact(payload: { kind?: string | undefined }): payload is NotificationFact {
  return payload.kind !== undefined && Object.hasOwn(wording, payload.kind);
}

export async function factReply(fact: NotificationFact): Promise<Reply> {
  return word(fact.kind, fact);
}

async function word<Kind extends FactKind>(kind: Kind, fact: Fact<Kind>): Promise<Reply> {
  return wording[kind](fact);
}

function branchBehind({ application, branch, commit, deployed }: Fact<'branch-behind'>): Reply {
  const live = deployed === null ? 'nothing' : deployed.slice(0, 7);
  return {
    tone: 'warning',
    title: `${application} is behind`,
    text:
      `\`${branch}\` is at ${commit.slice(0, 7)}, but ${live} is deployed. ` +
      'No webhook announced the push; Shipmate may have been down.',
    actions: [
      { label: 'Deploy', command: `deploy ${application}`, style: 'primary' },
      { label: 'What changes', command: `diff ${application}` },
    ],
  };
}

function repositoryMoved({ after, application, before, outcome }: Fact<'repository-moved'>): Reply {
  const connect = `\`app connect ${application} --repo <url>\``;
  const isTransferred = ownerOf(before) !== ownerOf(after);
  const texts = {
    followed:
      `\`${before}\` is \`${after}\` now, and is deployed from there. ` +
      (isTransferred ? `It has another owner; if that is not meant, connect another repository: ${connect}.` : ''),
    taken: `\`${before}\` is \`${after}\` now, and another repository has the old name. Pushes deploy neither until you choose: ${connect}.`,
    unreadable: `\`${before}\` is \`${after}\` now, and cannot be read there. Pushes do not deploy until you connect it: ${connect}.`,
    replaced: `Another repository has the name \`${after}\` now. Its pushes deploy, since this application’s secret signs them. If that is not meant, renew the secret: \`app connect ${application}\`.`,
  };
  return {
    tone: 'warning',
    title: `The repository of ${application} has moved`,
    text: texts[outcome].trim(),
    actions: [{ label: 'Show', command: `app show ${application}` }],
  };
}

function ownerOf(repository: string): string {
  return repository.split('/').slice(0, -1).join('/').toLowerCase();
}

function commandFailed({ application, attempts, command, reason }: Fact<'command-failed'>): Reply {
  const tried = attempts > 1 ? ` after ${attempts} attempts` : '';
  return {
    tone: 'danger',
    title: `The scheduled command ${command} of ${application} failed${tried}`,
    ...(reason !== null && { text: reason }),
    actions: commandActions(command),
  };
}

function commandMissed({ application, command, count, due }: Fact<'command-missed'>): Reply {
  const at = formatTime(new Date(due));
  const times = count === 1 ? `It was due at ${at}` : `The last of ${count} times was ${at}`;
  return {
    tone: 'danger',
    title: `The scheduled command ${command} of ${application} was missed`,
    text: `${times}, and no Shipmate ran. It is not made up for.`,
    actions: commandActions(command),
  };
}

function commandActions(command: string) {
  return [
    { label: 'Run now', command: `cron run ${command}` },
    { label: 'Runs', command: `cron show ${command}` },
  ];
}

function jobFailed({ job, reason, scheduled }: Fact<'job-failed'>): Reply {
  return {
    tone: 'danger',
    title: `The job ${job} failed`,
    ...(reason !== null && { text: reason }),
    actions: [
      ...(scheduled ? [{ label: 'Run again', command: `schedule run ${job}` }] : []),
      { label: 'Runs', command: `schedule show ${job}` },
    ],
  };
}

function jobRecovered({ job, result }: Fact<'job-recovered'>): Reply {
  return {
    tone: 'success',
    title: `The job ${job} works again`,
    ...(result !== null && result !== '' && { text: result }),
    actions: [{ label: 'Runs', command: `schedule show ${job}` }],
  };
}
