import { randomUUID } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import { Application } from './application.ts';
import type { DeploymentMetadata } from './deployment-metadata.ts';
import { User } from './user.ts';

export const deploymentStatuses = ['pending', 'building', 'deploying', 'success', 'failed', 'rolled_back'] as const;
export type DeploymentStatus = (typeof deploymentStatuses)[number];

/** The statuses of a deployment that has not ended. */
export const unfinishedStatuses = ['pending', 'building', 'deploying'] as const satisfies DeploymentStatus[];

const DeploymentSchema = defineEntity({
  name: 'Deployment',
  tableName: 'deployments',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    application: () => p.manyToOne(Application).deleteRule('cascade'),
    triggeredBy: () => p.manyToOne(User).nullable().deleteRule('set null'),
    status: p.enum(deploymentStatuses).length(50).default('pending'),
    commitSha: p.string().length(40).nullable(),
    logs: p.text().nullable().lazy(),
    metadata: p.json<DeploymentMetadata>().default('{}'),
    startedAt: p.datetime().onCreate(() => new Date()),
    completedAt: p.datetime().nullable(),
  },
});
export class Deployment extends DeploymentSchema.class {}
DeploymentSchema.setClass(Deployment);

export function isFinished(deployment: Pick<Deployment, 'status'>): boolean {
  return !unfinishedStatuses.some((status) => status === deployment.status);
}
