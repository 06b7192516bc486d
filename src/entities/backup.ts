import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, jsonObject, uuidKey } from './columns.ts';
import { isDatabase, isSuperAdmin, oneOf, policiesFor } from './access.ts';
import type { BackupMetadata } from './backup-metadata.ts';
import { ManagedDatabase } from './managed-database.ts';

/** `base`: the server's files, the beginning of what can be restored to any moment. */
export const backupTypes = ['full', 'incremental', 'snapshot', 'base'] as const;
export type BackupType = (typeof backupTypes)[number];

export const backupStatuses = ['pending', 'running', 'success', 'failed'] as const;
export type BackupStatus = (typeof backupStatuses)[number];

const BackupSchema = defineEntity({
  name: 'Backup',
  tableName: 'backups',
  indexes: [
    {
      name: 'backups_database_id_created_at_index',
      columns: [{ name: 'database_id' }, { name: 'created_at', sort: 'desc' }],
    },
    { properties: ['status'] },
    { properties: ['reference'] },
  ],
  checks: [
    { name: 'check_backup_type', expression: oneOf('type', backupTypes) },
    { name: 'check_backup_status', expression: oneOf('status', backupStatuses) },
  ],
  policies: policiesFor('backups', {
    select: isDatabase('database_id', 'viewer'),
    insert: isDatabase('database_id', 'member'),
    update: isDatabase('database_id', 'admin'),
    delete: isSuperAdmin,
  }),
  properties: {
    id: uuidKey(),
    database: () => p.manyToOne(ManagedDatabase).deleteRule('cascade'),
    type: p.string().$type<BackupType>().length(50),
    status: p.string().$type<BackupStatus>().length(50).default('pending'),
    /** Null until something has been stored. */
    storagePath: p.string().length(500).nullable(),
    /** Size of the plain data; the growth of the store is in `metadata`. */
    sizeBytes: p.bigint('number').nullable(),
    createdAt: creationTime(),
    completedAt: p.datetime().nullable(),
    /** When a drill last restored and verified it. */
    verifiedAt: p.datetime().nullable(),
    /** What an incremental one is stored as the differences to; null when it is stored as a whole. */
    reference: () => p.manyToOne(Backup).nullable().deleteRule('no action'),
    /** Where the frames of the packed dump end, so that later ones can be stored as differences to it. */
    marks: p.blob().nullable().lazy(),
    metadata: jsonObject<BackupMetadata>(),
  },
});
export class Backup extends BackupSchema.class {}
BackupSchema.setClass(Backup);
