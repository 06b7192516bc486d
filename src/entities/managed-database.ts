import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, jsonObject, uuidKey } from './columns.ts';
import { isProject, oneOf, policiesFor, sealed } from './access.ts';
import { Application } from './application.ts';
import { Project } from './project.ts';

export const databaseTypes = ['postgresql', 'mysql', 'mongodb', 'redis'] as const;
export type DatabaseType = (typeof databaseTypes)[number];

export const databaseStatuses = ['initializing', 'running', 'stopped', 'failed'] as const;
export type DatabaseStatus = (typeof databaseStatuses)[number];

/** What the throw-away database of a preview begins with, and whether commits from outside reach it. */
export interface PreviewTerms {
  data: 'empty' | 'backup';
  outside: boolean;
}

/** Configuration of a database (`databases.config`), plus its engine's settings, e.g. `max_connections`. */
export interface DatabaseConfig {
  /** Default: the official image of its version. */
  image?: string;
  /** Limits of its task, in the Docker CLI's format. */
  memory?: string;
  cpus?: string;
  /** Whether its data outlives a task (default true). */
  persistent?: boolean;
  /** Planned size, e.g. `10GB`. */
  volume_size?: string;
  /** Restart counter; a new number makes Swarm replace the task. */
  restarts?: number;
  [setting: string]: string | number | boolean | undefined;
}

/** A database that Shipmate runs for a project; `Database` is Shipmate's own. */
const ManagedDatabaseSchema = defineEntity({
  name: 'ManagedDatabase',
  tableName: 'databases',
  uniques: [{ properties: ['project', 'name'] }],
  indexes: [
    { properties: ['project'] },
    { properties: ['type'] },
    { properties: ['standsFor'] },
    { name: 'databases_variant_id_index', properties: ['variant'], where: 'variant_id is not null' },
  ],
  checks: [
    { name: 'check_db_type', expression: oneOf('type', databaseTypes) },
    { name: 'check_db_status', expression: oneOf('status', databaseStatuses) },
    { name: 'check_db_preview', expression: '(variant_id is null) = (preview is null)' },
    { name: 'check_db_connection_string_sealed', expression: sealed('connection_string') },
  ],
  policies: policiesFor('databases', {
    select: isProject('project_id', 'viewer'),
    insert: isProject('project_id', 'member'),
    update: isProject('project_id', 'member'),
    delete: isProject('project_id', 'admin'),
  }),
  properties: {
    id: uuidKey(),
    project: () => p.manyToOne(Project).deleteRule('cascade'),
    name: p.string().length(255),
    type: p.string().$type<DatabaseType>().length(50),
    status: p.string().$type<DatabaseStatus>().length(50).default('initializing'),
    version: p.string().length(50),
    config: jsonObject<DatabaseConfig>(),
    /** A ciphertext of the `Cipher`; null until the service has its credentials. */
    connectionString: p.text().nullable().lazy().hidden(),
    /** Explanation of the status, e.g. task errors when it `failed`. */
    statusReason: p.text().nullable(),
    /** The preview that it is thrown away with; lists leave it out. */
    variant: () => p.manyToOne(Application).nullable().deleteRule('cascade'),
    /** The database that it stands in for there; null once that is deleted. */
    standsFor: () => p.manyToOne(ManagedDatabase).nullable().deleteRule('set null'),
    preview: p.json<PreviewTerms>().nullable(),
    createdAt: creationTime(),
  },
});
export class ManagedDatabase extends ManagedDatabaseSchema.class {}
ManagedDatabaseSchema.setClass(ManagedDatabase);
