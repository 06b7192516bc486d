import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { isApplication, policiesFor, sealed } from './access.ts';
import { Application } from './application.ts';
import { ManagedDatabase } from './managed-database.ts';

const EnvVarSchema = defineEntity({
  name: 'EnvVar',
  tableName: 'env_vars',
  uniques: [{ properties: ['application', 'key'] }],
  indexes: [{ properties: ['application'] }, { properties: ['database'] }],
  checks: [
    { name: 'check_env_var_key', expression: `key ~ '^[A-Z_][A-Z0-9_]*$'` },
    { name: 'check_env_var_for_build', expression: 'not for_build or is_secret' },
    { name: 'check_env_var_sealed', expression: `not is_secret or ${sealed('value')}` },
  ],
  policies: policiesFor('env_vars', {
    select: isApplication('application_id', 'viewer'),
    insert: isApplication('application_id', 'member'),
    update: isApplication('application_id', 'member'),
    delete: isApplication('application_id', 'member'),
  }),
  properties: {
    id: uuidKey(),
    application: () => p.manyToOne(Application).deleteRule('cascade'),
    key: p.string().length(255),
    /** Plain text, or a ciphertext of the `Cipher` when `isSecret`. */
    value: p.text(),
    isSecret: p.boolean().default(false),
    /** A secret of the application's builds, which its containers do not get. */
    forBuild: p.boolean().default(false),
    /** The attached database whose connection string this is. */
    database: () => p.manyToOne(ManagedDatabase).nullable().deleteRule('cascade'),
    createdAt: creationTime(),
  },
});
export class EnvVar extends EnvVarSchema.class {}
EnvVarSchema.setClass(EnvVar);
