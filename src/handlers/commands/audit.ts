import { type AuditLog, auditResourceTypes } from '../../entities/audit-log.ts';
import type { User } from '../../entities/user.ts';
import type { Deps } from '../../usecases/deps.ts';
import { type AuditFilter, readAudit } from '../../usecases/audit/read-audit.ts';
import type { ArchivedEntry } from '../../usecases/retention/archive-audit.ts';
import { readArchivedAudit } from '../../usecases/audit/read-archived-audit.ts';
import { defineCommand } from '../command.ts';
import { choice, flag, flagName, integer, named, optional, text } from '../options.ts';
import { formatSecond } from '../../units/times.ts';
import { secondsAgo } from '../since.ts';

const defaultLimit = 20;

export const audit = defineCommand({
  name: 'audit',
  summary: 'Show who did what, newest first',
  role: 'admin',
  reads: true,
  answers: 'person',
  options: {
    user: optional(named(text('Only actions of this user', 'user'))),
    app: optional(named(text('Only entries about this application; archived ones work too', 'application'))),
    project: optional(named(text('Only entries about this project and its applications', 'project'))),
    action: optional(named(text('Only this action, or a prefix: `application.*`'))),
    resource: optional(named(choice('Only entries about this type of resource', auditResourceTypes))),
    since: optional(named(text('Newer than this, e.g. `1d`'))),
    until: optional(named(text('Older than this, e.g. `2h`'))),
    limit: optional(named(integer(`How many (default ${defaultLimit})`, { min: 1, max: 500 }))),
    archived: flag('Read entries past their retention period from the archive; for super_admins'),
    before: optional(
      named(integer('Continue after this entry; the previous page shows its id', { min: 1, max: 2 ** 53 - 1 })),
    ),
  },
  examples: [
    'audit --user ada --since 1d',
    'audit --app shop/api',
    'audit --action application.*',
    'audit --archived --since 800d --until 400d',
  ],
  async run({ deps, user }, input) {
    const filter = {
      username: input.user,
      application: input.app,
      project: input.project,
      action: input.action,
      resourceType: input.resource,
      since: agoOf(input.since),
      until: agoOf(input.until),
      limit: input.limit ?? defaultLimit,
      before: input.before,
    };
    const { entries, next } = await (input.archived ? readArchive : readFromDatabase)(deps, user, filter);
    if (entries.length === 0) return { tone: 'info', text: 'No entries match.', data: [] };
    const older = next === undefined ? undefined : auditLine({ ...input, before: next });
    return {
      tone: 'info',
      title: 'Audit log',
      table: {
        columns: ['When (UTC)', 'Who', 'Action', 'Details'],
        rows: entries.map((entry) => [
          formatSecond(entry.createdAt),
          entry.user ?? 'system',
          entry.action,
          detailsText(entry.details),
        ]),
      },
      ...(older && { text: `For older entries: \`${older}\`.`, actions: [{ label: 'Older', command: older }] }),
      // The last entry's id is the next page's `--before`.
      data: entries.map(({ createdAt: at, ...entry }) => ({ at, ...entry })),
    };
  },
});

function agoOf(length: string | undefined): Date | undefined {
  return length === undefined ? undefined : new Date(Date.now() - secondsAgo(length) * 1_000);
}

/** The line that shows the next page. */
function auditLine(input: Record<string, string | number | boolean | undefined>): string {
  const given = Object.entries(input).filter(([, value]) => value !== undefined && value !== false);
  return ['audit', ...given.map(([key, value]) => (value === true ? flagName(key) : `${flagName(key)} ${value}`))].join(
    ' ',
  );
}

/** Changes as `replicas: 1 → 3`, followed by the other details. */
function detailsText(details: Record<string, unknown>): string {
  const { before, after, ...rest } = details;
  const [was, is] = [asRecord(before), asRecord(after)];
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const changes = keys
    .filter((key) => shown(was[key]) !== shown(is[key]))
    .map((key) => `${key}: ${shown(was[key])} → ${shown(is[key])}`);
  const others = Object.entries(rest).map(([key, value]) => `${key}: ${shown(value)}`);
  return [...changes, ...others].join(', ');
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The shape shared by stored and archived entries. */
interface ShownEntry {
  id: number;
  createdAt: Date;
  user: string | null;
  action: string;
  resourceType: string;
  resourceId: string | null;
  details: Record<string, unknown>;
  ipAddress: string | null;
  userAgent: string | null;
}

interface ShownPage {
  entries: ShownEntry[];
  next: number | undefined;
}

async function readFromDatabase(deps: Deps, user: User, filter: AuditFilter): Promise<ShownPage> {
  const { entries, next } = await readAudit(deps, user, filter);
  return { entries: entries.map(storedEntry), next };
}

async function readArchive(deps: Deps, user: User, filter: AuditFilter): Promise<ShownPage> {
  const { entries, next } = await readArchivedAudit(deps, user, filter);
  return { entries: entries.map(archivedEntry), next };
}

function storedEntry(entry: AuditLog): ShownEntry {
  const { id, createdAt, user, action, resourceType, resourceId, details, ipAddress, userAgent } = entry;
  return {
    id,
    createdAt,
    user: user?.username ?? null,
    action,
    resourceType,
    resourceId: resourceId ?? null,
    details,
    ipAddress: ipAddress ?? null,
    userAgent: userAgent ?? null,
  };
}

function archivedEntry(entry: ArchivedEntry): ShownEntry {
  const { id, username, action, details } = entry;
  return {
    id,
    createdAt: new Date(entry.created_at),
    user: username,
    action,
    resourceType: entry.resource_type,
    resourceId: entry.resource_id,
    details,
    ipAddress: entry.ip_address,
    userAgent: entry.user_agent,
  };
}
