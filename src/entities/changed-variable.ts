import { defineEntity, p } from '@mikro-orm/core';
import { uuidKey } from './columns.ts';
import { isProject, oneOf, policiesFor, sealed } from './access.ts';
import { VariableChange } from './variable-change.ts';

/** `build`: a secret of builds alone. `database`: the connection string of an attached database, which is not kept. */
export const variableKinds = ['unset', 'plain', 'secret', 'build', 'database'] as const;
export type VariableKind = (typeof variableKinds)[number];

const ofMember = `exists (select from variable_changes c where c.id = change_id and ${isProject('c.project_id', 'member')})`;

/** One variable of a change, before and after it. */
const ChangedVariableSchema = defineEntity({
  name: 'ChangedVariable',
  tableName: 'changed_variables',
  uniques: [{ properties: ['change', 'key'] }],
  checks: [
    { name: 'check_changed_variable_before', expression: oneOf('before_kind', variableKinds) },
    { name: 'check_changed_variable_after', expression: oneOf('after_kind', variableKinds) },
    {
      name: 'check_changed_variable_kept',
      expression: `(before_kind in ('plain', 'secret', 'build')) = (before_value is not null)`,
    },
    {
      name: 'check_changed_variable_sealed',
      expression: `before_kind in ('unset', 'plain', 'database') or ${sealed('before_value')}`,
    },
    { name: 'check_changed_variable_shown', expression: `(after_kind = 'plain') = (after_value is not null)` },
  ],
  policies: policiesFor('changed_variables', {
    select: `(select app_seen() from variable_changes c where c.id = change_id)`,
    insert: ofMember,
    update: ofMember,
  }),
  properties: {
    id: uuidKey(),
    change: () => p.manyToOne(VariableChange).deleteRule('cascade'),
    key: p.string().length(255),
    beforeKind: p.string().$type<VariableKind>().length(20),
    /** What a rollback restores: plain text, or a ciphertext of the `Cipher` of a secret. */
    beforeValue: p.text().nullable(),
    afterKind: p.string().$type<VariableKind>().length(20),
    /** Of a plain variable only, as people read it. */
    afterValue: p.text().nullable(),
  },
});
export class ChangedVariable extends ChangedVariableSchema.class {}
ChangedVariableSchema.setClass(ChangedVariable);
