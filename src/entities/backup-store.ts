import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { isProject, isSuperAdmin, policiesFor, sealed } from './access.ts';
import { ManagedDatabase } from './managed-database.ts';
import { Project } from './project.ts';

/** The store of one database's backups. It outlives the database when its backups are kept. */
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
    /** `project/database` when the store was created. */
    name: p.string().length(255),
    /** Folder or `s3:…` prefix of its repositories. */
    location: p.string().length(500),
    /** Password of its repositories, as a ciphertext of the `Cipher`. */
    password: p.text(),
    createdAt: creationTime(),
  },
});
export class BackupStore extends BackupStoreSchema.class {}
BackupStoreSchema.setClass(BackupStore);
