import type { DatabaseStatus, ManagedDatabase } from '../entities/managed-database.ts';
import type { Restore } from '../entities/restore.ts';
import { databaseEngines } from '../database-engines/registry.ts';
import { databaseName } from '../usecases/databases/find-database.ts';
import type { DatabaseDetails } from '../usecases/databases/read-databases.ts';
import { formatGb, formatSize } from '../units/sizes.ts';
import { describeStretch } from '../usecases/databases/recoverable.ts';
import { formatAgo } from '../units/times.ts';
import { omittedLines } from './backups-reply.ts';
import type { Field, Reply, Tone } from './reply.ts';

const tones: Record<DatabaseStatus, Tone> = {
  initializing: 'info',
  running: 'success',
  stopped: 'warning',
  failed: 'danger',
};

/** e.g. `MySQL 8.4`. */
export function engineVersion({ type, version }: ManagedDatabase): string {
  return `${databaseEngines[type].title} ${version}`;
}

/** The facts of `--json`. */
export function databaseData(database: ManagedDatabase) {
  const { config, id, preview, status, statusReason, type, version } = database;
  const reason = statusReason ?? null;
  return { id, name: databaseName(database), type, version, status, reason, config, ...(preview && { preview }) };
}

/** A change that is under way. */
export function underWay(database: ManagedDatabase, text: string, tone: Tone = 'info'): Reply {
  const name = databaseName(database);
  return {
    tone,
    text,
    actions: [
      { label: 'Show', command: `db show ${name}` },
      { label: 'Logs', command: `db logs ${name}` },
    ],
    data: databaseData(database),
  };
}

export function detailsReply(details: DatabaseDetails): Reply {
  const { attached, database, host, lastBackup, lastRestore, volume } = details;
  const name = databaseName(database);
  const text = [database.statusReason, ...omittedLines(lastBackup)].filter(Boolean).join('\n');
  return {
    tone: isHalfRestored(details) ? 'danger' : tones[database.status as DatabaseStatus],
    title: name,
    ...(text && { text }),
    fields: databaseFields(details),
    actions: [
      { label: 'Logs', command: `db logs ${name}` },
      database.status === 'stopped' || database.status === 'failed'
        ? { label: 'Start', command: `db start ${name}` }
        : {
            label: 'Restart',
            command: `db restart ${name}`,
            confirm: `Restart ${name}? It is unavailable while it restarts.`,
          },
    ],
    data: {
      ...databaseData(database),
      host,
      port: databaseEngines[database.type].port,
      outside: details.domains.map(({ allowed, domain, port }) => ({ domain, port, allow: allowed })),
      volume: volume && { name: volume.name, mountPath: volume.mountPath, sizeGb: volume.sizeGb },
      attached,
      lastRestore: lastRestore && {
        id: lastRestore.id,
        status: lastRestore.status,
        completedAt: lastRestore.completedAt,
        error: lastRestore.metadata.error ?? null,
      },
      recoverable: details.recoverable,
      lastBackup: lastBackup && { id: lastBackup.id, type: lastBackup.type, completedAt: lastBackup.completedAt },
    },
  };
}

/** It has neither its old nor its restored contents. */
function isHalfRestored({ lastRestore }: DatabaseDetails): boolean {
  return lastRestore?.status === 'failed' && lastRestore.metadata.incomplete === true;
}

function recoverableFields(recoverable: DatabaseDetails['recoverable']): Field[] {
  const last = recoverable.at(-1);
  if (!last) return [];
  const said = recoverable.map((one) => describeStretch(one)).join(', ');
  return [{ name: 'Restorable', value: `${said}; archived ${formatAgo(last.until)}` }];
}

function outsideFields(domains: DatabaseDetails['domains']): Field[] {
  if (domains.length === 0) return [];
  const each = domains.map(
    ({ allowed, domain, port }) => `${domain}:${port} by TLS, for ${(allowed ?? []).join(', ')}`,
  );
  return [{ name: 'From outside', value: each.join('; ') }];
}

function restoreText({ completedAt, createdAt, metadata, status }: Restore): string {
  const when = formatAgo(completedAt ?? createdAt);
  return metadata.error === undefined ? `${status}, ${when}` : `${status}, ${when}: ${metadata.error}`;
}

function databaseFields({
  attached,
  database,
  domains,
  host,
  lastBackup,
  lastRestore,
  recoverable,
  volume,
}: DatabaseDetails): Field[] {
  const { image, memory, cpus, persistent: _, volume_size: __, restarts: ___, ...settings } = database.config;
  const limits = [memory && `${memory} memory`, cpus && `${cpus} CPUs`].filter(Boolean).join(', ');
  const configured = Object.entries(settings).map(([key, value]) => `${key}=${String(value)}`);
  return [
    { name: 'Status', value: database.status },
    { name: 'Engine', value: engineVersion(database) },
    ...(image ? [{ name: 'Image', value: image }] : []),
    { name: 'Address', value: `${host}:${databaseEngines[database.type].port}` },
    ...outsideFields(domains),
    {
      name: 'Volume',
      value: volume ? `${volume.name}, ${formatGb(volume.sizeGb)} planned` : 'none: its data end with its task',
    },
    ...(limits ? [{ name: 'Limits', value: limits }] : []),
    ...(configured.length > 0 ? [{ name: 'Settings', value: configured.join(', ') }] : []),
    {
      name: 'Attached',
      value: attached.map(({ application, key }) => `${application} (${key})`).join(', ') || 'nothing',
    },
    {
      name: 'Last backup',
      value: lastBackup ? `${formatAgo(lastBackup.createdAt)}, ${formatSize(lastBackup.sizeBytes ?? 0)}` : 'none',
    },
    ...recoverableFields(recoverable),
    ...(lastRestore ? [{ name: 'Last restore', value: restoreText(lastRestore) }] : []),
  ];
}
