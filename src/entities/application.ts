import { randomUUID } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import type { DockerConfig, SourceConfig } from './application-config.ts';
import { Project } from './project.ts';

export const applicationTypes = ['docker', 'git', 'compose'] as const;
export type ApplicationType = (typeof applicationTypes)[number];

export const applicationStatuses = ['stopped', 'deploying', 'running', 'failed', 'scaling', 'archived'] as const;
export type ApplicationStatus = (typeof applicationStatuses)[number];

const ApplicationSchema = defineEntity({
  name: 'Application',
  tableName: 'applications',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    project: () => p.manyToOne(Project).deleteRule('cascade'),
    name: p.string().length(255),
    type: p.enum(applicationTypes).length(50),
    status: p.enum(applicationStatuses).length(50).default('stopped'),
    sourceType: p.string().length(50),
    sourceConfig: p.json<SourceConfig>().default('{}'),
    dockerConfig: p.json<DockerConfig>().default('{}'),
    envVars: p.json<Record<string, string>>().default('{}'),
    replicas: p.integer().default(1),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p
      .datetime()
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
    deletedAt: p.datetime().nullable(),
  },
});
export class Application extends ApplicationSchema.class {}
ApplicationSchema.setClass(Application);
