import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, jsonObject, uuidKey } from './columns.ts';
import { isDatabase, isMe, isSuperAdmin, oneOf, policiesFor, supervises } from './access.ts';
import type { AskedIn } from './backup-metadata.ts';
import { Backup } from './backup.ts';
import { type Platform, platforms } from './chat-message.ts';
import { ManagedDatabase } from './managed-database.ts';
import { User } from './user.ts';

export const restoreStatuses = ['waiting', 'pending', 'running', 'success', 'failed', 'denied', 'expired'] as const;
export type RestoreStatus = (typeof restoreStatuses)[number];

export interface RestoreMetadata {
  /** Requester, e.g. `ada (slack)`, and who decided. */
  requested_by?: string;
  decided_by?: string;
  /** Times that a worker started, more than one after outages and restarts. */
  attempts?: number;
  /** Backup of the previous contents. */
  safety_backup?: string;
  progress?: { bytes: number; bytes_per_second: number; since: string; at: string } | null;
  /** Why it failed, and the resulting state of the database. */
  error?: string;
  /** From the moment that the data are replaced until they all are: the database has neither the old nor the new. */
  incomplete?: boolean;
  /** Why the last attempt stopped; the next one begins by itself. */
  interrupted?: string;
  /** Number of tasks to start again after the restore stopped the service. */
  stopped_replicas?: number | null;
  duration_seconds?: number;
  /** The moment to restore, ISO 8601; the backup is a `base` one. */
  at?: string;
  /** The database was created for this restore. */
  into_new?: boolean;
  /** Name of the database that was created for this restore and is deleted again, since it failed. */
  into?: string;
  /** Until the person has been told of the end. */
  asked?: AskedIn;
}

/** What the message in the channel where it was asked for has said, the newest. */
export const restoreCalls = ['asked', 'reminded', 'ended'] as const;
export type RestoreCall = (typeof restoreCalls)[number];

/** A backup of a database that the person sees: what is in it becomes theirs. */
const readable = 'exists (select from backups b where b.id = backup_id)';

/** A backup that goes back into a database; `waiting` until another person has approved it. */
const RestoreSchema = defineEntity({
  name: 'Restore',
  tableName: 'restores',
  indexes: [
    { properties: ['backup'] },
    { properties: ['database'] },
    { properties: ['requestedBy'] },
    { properties: ['decidedBy'] },
    {
      name: 'restores_unfinished_index',
      properties: ['createdAt'],
      where: oneOf('status', ['waiting', 'pending', 'running']),
    },
    {
      name: 'restores_calls_index',
      properties: ['platform'],
      where: `(channel is not null) and (called is distinct from 'ended')`,
    },
  ],
  checks: [
    { name: 'check_restore_status', expression: oneOf('status', restoreStatuses) },
    { name: 'check_restore_platform', expression: oneOf('platform', platforms) },
    { name: 'check_restore_called', expression: oneOf('called', restoreCalls) },
    { name: 'check_restore_decided', expression: '(decided_by is null) or (decided_at is not null)' },
    { name: 'check_restore_other_person', expression: 'decided_by <> requested_by' },
  ],
  policies: policiesFor('restores', {
    select: isDatabase('database_id', 'viewer'),
    insert: `${isMe('requested_by')} and decided_by is null and ${isDatabase('database_id', 'member')} and ${readable}`,
    update: supervises(isDatabase, 'database_id'),
    updated: `${isMe('decided_by')} and ${supervises(isDatabase, 'database_id')} and ${readable}`,
    delete: isSuperAdmin,
  }),
  properties: {
    id: uuidKey(),
    backup: () => p.manyToOne(Backup).deleteRule('cascade'),
    /** Target database. */
    database: () => p.manyToOne(ManagedDatabase).deleteRule('cascade'),
    status: p.string().$type<RestoreStatus>().length(50).default('pending'),
    /** Null for a deleted user. */
    requestedBy: () => p.manyToOne(User).fieldName('requested_by').nullable().deleteRule('set null'),
    decidedBy: () => p.manyToOne(User).fieldName('decided_by').nullable().deleteRule('set null'),
    reason: p.string().length(500).nullable(),
    metadata: jsonObject<RestoreMetadata>(),
    /** Deadline of the approval. */
    expiresAt: p.datetime().nullable(),
    /** Where it was asked for, if others read there: those who may approve are called there. */
    platform: p.string().$type<Platform>().length(50).nullable(),
    channel: p.string().length(255).nullable(),
    /** The platform's id of the message that calls them. */
    message: p.string().length(255).nullable(),
    called: p.string().$type<RestoreCall>().length(50).nullable(),
    /** When those who may approve were reminded. */
    remindedAt: p.datetime().nullable(),
    createdAt: creationTime(),
    decidedAt: p.datetime().nullable(),
    completedAt: p.datetime().nullable(),
  },
});
export class Restore extends RestoreSchema.class {}
RestoreSchema.setClass(Restore);
