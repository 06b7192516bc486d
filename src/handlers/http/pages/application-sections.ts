import type { Backup } from '../../../entities/backup.ts';
import type { ApplicationActions } from '../../../replies/application-actions.ts';
import type { Action } from '../../../replies/reply.ts';
import { dueText } from '../../../replies/scheduled-replies.ts';
import { metricsWords } from '../../../replies/metrics-reply.ts';
import { shortId } from '../../../replies/short-id.ts';
import { formatSize } from '../../../units/sizes.ts';
import { formatAgo, formatDay } from '../../../units/times.ts';
import { nameInStack } from '../../../usecases/applications/application-services.ts';
import { databaseName } from '../../../usecases/databases/find-database.ts';
import type { Metrics } from '../../../usecases/metrics/read-metrics.ts';
import { outputPath } from '../../../usecases/output/output-events.ts';
import type { ApplicationDetails } from '../../../usecases/overview/read-application.ts';

interface Row {
  /** What the row is about, which tells its buttons apart for screen readers. */
  about: string;
  cells: string[];
  actions: Action[];
  link?: { label: string; path: string };
}

/** A table of an application's page. */
interface Section {
  id: string;
  title: string;
  /** The first names what the row is about. */
  columns: string[];
  rows: Row[];
  /** Said when there is nothing, with code between backticks. */
  none: string;
  add: Action[];
}

type Shown = (offered: readonly Action[] | undefined) => Action[];

/** @param usage What it used in the last day. */
export function applicationSections(
  details: ApplicationDetails,
  usage: Metrics,
  actions: ApplicationActions,
  shown: Shown,
): Section[] {
  return [
    ...(details.application.type === 'compose' ? [servicesSection(details)] : []),
    metricsSection(usage, actions, shown),
    ...(details.scheduled.length > 0 ? [scheduledSection(details, actions, shown)] : []),
    variablesSection(details, actions, shown),
    domainsSection(details, actions, shown),
    databasesSection(details, actions, shown),
    ...(details.databases.length > 0 ? [backupsSection(details)] : []),
  ];
}

function servicesSection({ application, tasks }: ApplicationDetails): Section {
  const rows = (tasks?.services ?? []).map((one) => {
    const service = nameInStack(one) ?? one.name;
    const path = outputPath({ application: application.id, service });
    const cells = [`${one.running} of ${one.replicas} running`, one.image];
    return { about: service, cells, actions: [], link: { label: 'Log', path } };
  });
  const none = tasks ? 'None of its services are on Swarm.' : 'Docker does not answer.';
  return { id: 'services', title: 'Services', columns: ['Service', 'Tasks', 'Image'], rows, none, add: [] };
}

function metricsSection(usage: Metrics, { metrics }: ApplicationActions, shown: Shown): Section {
  const { fields = [] } = metricsWords(usage);
  return {
    id: 'metrics',
    title: 'Metrics of the last day',
    columns: [usage.application.type === 'compose' ? 'Service' : 'What', 'Used'],
    rows: fields.map(({ name, value }) => ({ about: name, cells: [value.replaceAll('\n', '; ')], actions: [] })),
    none: 'No measurements yet. Running tasks are measured every minute.',
    add: fields.length > 0 ? shown(metrics) : [],
  };
}

function scheduledSection({ scheduled }: ApplicationDetails, actions: ApplicationActions, shown: Shown): Section {
  const rows = scheduled.map((one) => ({
    about: dueText(one),
    cells: [one.ref ?? 'the tracked branch', `${one.accountName} (${one.platform})`],
    actions: shown(actions.scheduled.get(one.id)),
  }));
  const columns = ['When', 'Version', 'Asked by'];
  return { id: 'scheduled', title: 'Scheduled deployments', columns, rows, none: '', add: [] };
}

/** Names only: a page stays open on a screen, and `env list` shows the values to whoever asks. */
function variablesSection({ variables }: ApplicationDetails, actions: ApplicationActions, shown: Shown): Section {
  return {
    id: 'variables',
    title: 'Variables',
    columns: ['Name', 'Kind'],
    rows: variables.map(({ database, key, kind }) => ({
      about: key,
      cells: [database ? `${kind}, from ${databaseName(database)}` : kind],
      actions: shown(actions.variables.of.get(key)),
    })),
    none: 'No variables.',
    add: shown(actions.variables.add),
  };
}

function domainsSection({ domains }: ApplicationDetails, actions: ApplicationActions, shown: Shown): Section {
  return {
    id: 'domains',
    title: 'Domains',
    columns: ['Domain', 'Leads to', 'HTTPS'],
    rows: domains.map(({ certificateExpiresAt: expires, domain }) => ({
      about: domain.domain,
      cells: [
        domain.redirectTo
          ? `redirects to ${domain.redirectTo.domain}`
          : domain.port
            ? `port ${domain.port}`
            : 'the first port',
        domain.tlsEnabled ? certificateText(expires) : 'off',
      ],
      actions: shown(actions.domains.of.get(domain.domain)),
    })),
    none: 'No domains of your own.',
    add: shown(actions.domains.add),
  };
}

function certificateText(expires: Date | undefined): string {
  if (!expires) return 'no certificate yet';
  return expires.getTime() < Date.now() ? `expired on ${formatDay(expires)}` : `until ${formatDay(expires)}`;
}

function databasesSection({ databases }: ApplicationDetails, actions: ApplicationActions, shown: Shown): Section {
  return {
    id: 'databases',
    title: 'Databases',
    columns: ['Database', 'Engine', 'State', 'Variables'],
    rows: databases.map(({ database, keys }) => ({
      about: databaseName(database),
      cells: [`${database.type} ${database.version}`, stateText(database), keys.join(', ')],
      actions: shown(actions.databases.get(database.id)),
    })),
    none: 'No databases. `db attach <database> <app>` gives it one.',
    add: [],
  };
}

function stateText({ status, statusReason }: ApplicationDetails['databases'][number]['database']): string {
  return status === 'failed' && statusReason ? `failed: ${statusReason}` : status;
}

function backupsSection({ databases }: ApplicationDetails): Section {
  return {
    id: 'backups',
    title: 'Newest backups',
    columns: ['Database', 'Backup', 'State', 'When', 'Size', 'Verified'],
    rows: databases.flatMap(({ backups, database }) =>
      backups.map((backup) => ({ about: databaseName(database), cells: backupCells(backup), actions: [] })),
    ),
    none: 'No backups yet.',
    add: [],
  };
}

function backupCells({ createdAt, id, metadata, sizeBytes, status, type, verifiedAt }: Backup): string[] {
  const drill = metadata.drill?.ok === false ? 'not good' : 'not yet';
  return [
    `${shortId(id)} ${type}`,
    status,
    formatAgo(createdAt),
    sizeBytes ? formatSize(sizeBytes) : '',
    verifiedAt ? formatAgo(verifiedAt) : drill,
  ];
}
