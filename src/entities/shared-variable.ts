import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { isProject, policiesFor, sealed } from './access.ts';
import { Project } from './project.ts';

/** A variable that a project's applications refer to as `${shared.KEY}`. */
const SharedVariableSchema = defineEntity({
  name: 'SharedVariable',
  tableName: 'shared_variables',
  uniques: [{ properties: ['project', 'environment', 'key'] }],
  checks: [
    { name: 'check_shared_variable_key', expression: `key ~ '^[A-Z_][A-Z0-9_]*$'` },
    { name: 'check_shared_variable_environment', expression: `environment ~ '^([a-z0-9]([a-z0-9-]*[a-z0-9])?)?$'` },
    { name: 'check_shared_variable_sealed', expression: `not is_secret or ${sealed('value')}` },
  ],
  policies: policiesFor('shared_variables', {
    select: isProject('project_id', 'viewer'),
    insert: isProject('project_id', 'member'),
    update: isProject('project_id', 'member'),
    delete: isProject('project_id', 'member'),
  }),
  properties: {
    id: uuidKey(),
    project: () => p.manyToOne(Project).deleteRule('cascade'),
    /** The applications that get it, by their setting `environment`; empty: all of the project. */
    environment: p.string().length(50).default(''),
    key: p.string().length(255),
    /** Plain text, or a ciphertext of the `Cipher` when `isSecret`. */
    value: p.text(),
    isSecret: p.boolean().default(false),
    createdAt: creationTime(),
  },
});
export class SharedVariable extends SharedVariableSchema.class {}
SharedVariableSchema.setClass(SharedVariable);
