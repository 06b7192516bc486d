import { defineEntity, p } from '@mikro-orm/core';
import { changeTime, creationTime, jsonObject, uuidKey } from './columns.ts';
import { isProject, oneOf, policiesFor } from './access.ts';
import type { DockerConfig, SourceConfig } from './application-config.ts';
import { gitProviders } from './git-provider.ts';
import { Project } from './project.ts';

export const applicationTypes = ['docker', 'git', 'compose'] as const;
export type ApplicationType = (typeof applicationTypes)[number];

export const applicationStatuses = ['stopped', 'deploying', 'running', 'failed', 'scaling', 'archived'] as const;
export type ApplicationStatus = (typeof applicationStatuses)[number];

/** `git` is a plain remote without webhooks. */
export const sourceTypes = [...gitProviders, 'docker', 'docker_compose', 'git'] as const;
export type SourceType = (typeof sourceTypes)[number];

const ApplicationSchema = defineEntity({
  name: 'Application',
  tableName: 'applications',
  indexes: [
    { properties: ['project'] },
    { properties: ['status'] },
    { name: 'applications_previews_index', properties: ['previewOf'], where: 'preview_of_id is not null' },
    { name: 'applications_env_vars_gin', properties: ['envVars'], type: 'gin' },
    { name: 'applications_docker_config_gin', properties: ['dockerConfig'], type: 'gin' },
    { name: 'applications_name_index', properties: ['name'], where: 'deleted_at is null' },
    { name: 'idx_applications_active', properties: ['id'], where: 'deleted_at is null' },
  ],
  uniques: [
    { name: 'applications_project_id_name_unique', properties: ['project', 'name'], where: 'deleted_at is null' },
  ],
  checks: [
    { name: 'check_app_type', expression: oneOf('type', applicationTypes) },
    { name: 'check_app_status', expression: oneOf('status', applicationStatuses) },
    { name: 'check_app_source_type', expression: oneOf('source_type', sourceTypes) },
    { name: 'check_replicas_non_negative', expression: 'replicas >= 0' },
  ],
  policies: policiesFor('applications', {
    select: isProject('project_id', 'viewer'),
    insert: isProject('project_id', 'member'),
    update: isProject('project_id', 'member'),
    delete: isProject('project_id', 'admin'),
  }),
  properties: {
    id: uuidKey(),
    project: () => p.manyToOne(Project).deleteRule('cascade'),
    name: p.string().length(255),
    type: p.string().$type<ApplicationType>().length(50),
    status: p.string().$type<ApplicationStatus>().length(50).default('stopped'),
    sourceType: p.string().$type<SourceType>().length(50),
    sourceConfig: jsonObject<SourceConfig>(),
    dockerConfig: jsonObject<DockerConfig>(),
    envVars: jsonObject<Record<string, string>>(),
    replicas: p.integer().default(1),
    /** The application whose preview this is; lists leave it out. */
    previewOf: () => p.manyToOne(Application).nullable().deleteRule('cascade'),
    createdAt: creationTime(),
    updatedAt: changeTime(),
    deletedAt: p.datetime().nullable(),
  },
});
export class Application extends ApplicationSchema.class {}
ApplicationSchema.setClass(Application);
