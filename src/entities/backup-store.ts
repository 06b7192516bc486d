import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { isProject, isSuperAdmin, policiesFor, sealed } from './access.ts';
import { ManagedDatabase } from './managed-database.ts';
import { Project } from './project.ts';

/** Where the backups of one database lie. It outlives the database when its backups are kept. */
const BackupStoreSchema = defineEntity({
  name: 'BackupStore',
  tableName: 'backup_stores',
  indexes: [{ properties: ['project'] }],
  checks: [{ name: 'check_backup_store_password_sealed', expression: sealed('password') }],
  policies: policiesFor('backup_stores', {
    select: `${isProject('project_id', 'admin')} or ${isSuperAdmin}`,
  }),
  properties: {
    id: uuidKey(),
    project: () => p.manyToOne(Project).nullable().deleteRule('set null'),
    database: () => p.manyToOne(ManagedDatabase).nullable().unique().deleteRule('set null'),
    /** `project/database` as it was called when the store was made. */
    name: p.string().length(255),
    /** Folder, or `s3:…`, below which its repositories lie. */
    location: p.string().length(500),
    /** A ciphertext of the `Cipher`: opens every repository of it. */
    password: p.text(),
    createdAt: creationTime(),
  },
});
export class BackupStore extends BackupStoreSchema.class {}
BackupStoreSchema.setClass(BackupStore);
