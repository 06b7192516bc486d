import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { isApplication, policiesFor, sealed } from './access.ts';
import { Application } from './application.ts';

/** A variable of an application's previews, which the application itself does not get. */
const PreviewVariableSchema = defineEntity({
  name: 'PreviewVariable',
  tableName: 'preview_variables',
  uniques: [{ properties: ['application', 'key'] }],
  checks: [
    { name: 'check_preview_variable_key', expression: `key ~ '^[A-Z_][A-Z0-9_]*$'` },
    { name: 'check_preview_variable_for_build', expression: 'not for_build or is_secret' },
    { name: 'check_preview_variable_sealed', expression: `not is_secret or ${sealed('value')}` },
  ],
  policies: policiesFor('preview_variables', {
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
    /** A secret of the builds, which containers do not get. */
    forBuild: p.boolean().default(false),
    createdAt: creationTime(),
  },
});
export class PreviewVariable extends PreviewVariableSchema.class {}
PreviewVariableSchema.setClass(PreviewVariable);
