import { defineEntity, p } from '@mikro-orm/core';
import { creationTime } from './columns.ts';
import { isMe, isProject, policiesFor } from './access.ts';
import { Application } from './application.ts';
import { Project } from './project.ts';
import { User } from './user.ts';

/** One change of variables: of an application, of its previews, or of those that a project shares. */
const VariableChangeSchema = defineEntity({
  name: 'VariableChange',
  tableName: 'variable_changes',
  indexes: [
    { properties: ['application'] },
    { properties: ['changedBy'] },
    {
      name: 'variable_changes_scope_index',
      properties: ['project', 'application', 'environment', 'forPreviews', 'id'],
    },
  ],
  policies: policiesFor('variable_changes', {
    select: isProject('project_id', 'viewer'),
    insert: `${isMe('changed_by')} and ${isProject('project_id', 'member')}`,
  }),
  properties: {
    id: p.bigint('number').primary().autoincrement(),
    project: () => p.manyToOne(Project).deleteRule('cascade'),
    /** Null: of the shared variables. */
    application: () => p.manyToOne(Application).nullable().deleteRule('cascade'),
    /** Of the shared variables; empty: those of the whole project. */
    environment: p.string().length(50).default(''),
    forPreviews: p.boolean().default(false),
    changedBy: () => p.manyToOne(User).fieldName('changed_by').nullable().deleteRule('set null'),
    /** Set for a rollback: the change after which the variables were as they are again; 0: before the first one known. */
    backTo: p.bigint('number').nullable(),
    createdAt: creationTime(),
  },
});
export class VariableChange extends VariableChangeSchema.class {}
VariableChangeSchema.setClass(VariableChange);
