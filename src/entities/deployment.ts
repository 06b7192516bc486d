import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, jsonObject, uuidKey } from './columns.ts';
import { isApplication, isSuperAdmin, oneOf, policiesFor } from './access.ts';
import { Application } from './application.ts';
import type { DeploymentMetadata } from './deployment-metadata.ts';
import { User } from './user.ts';

export const deploymentStatuses = ['pending', 'building', 'deploying', 'success', 'failed', 'rolled_back'] as const;
export type DeploymentStatus = (typeof deploymentStatuses)[number];

/** Statuses of an unfinished deployment. */
export const unfinishedStatuses = ['pending', 'building', 'deploying'] as const satisfies DeploymentStatus[];

const DeploymentSchema = defineEntity({
  name: 'Deployment',
  tableName: 'deployments',
  indexes: [
    {
      name: 'deployments_application_id_started_at_index',
      columns: [{ name: 'application_id' }, { name: 'started_at', sort: 'desc' }],
    },
    { name: 'deployments_started_at_index', columns: [{ name: 'started_at', sort: 'desc' }] },
    { properties: ['application', 'commitSha'] },
    { properties: ['status'] },
    { name: 'deployments_pending_index', properties: ['application'], where: "status = 'pending'" },
    { name: 'deployments_logged_index', properties: ['completedAt', 'id'], where: 'logs is not null' },
    { properties: ['triggeredBy'] },
  ],
  checks: [{ name: 'check_deployment_status', expression: oneOf('status', deploymentStatuses) }],
  policies: policiesFor('deployments', {
    select: isApplication('application_id', 'viewer'),
    insert: isApplication('application_id', 'member'),
    update: isApplication('application_id', 'member'),
    delete: isSuperAdmin,
  }),
  properties: {
    id: uuidKey(),
    application: () => p.manyToOne(Application).deleteRule('cascade'),
    triggeredBy: () => p.manyToOne(User).fieldName('triggered_by').nullable().deleteRule('set null'),
    status: p.string().$type<DeploymentStatus>().length(50).default('pending'),
    commitSha: p.string().length(40).nullable(),
    logs: p.text().nullable().lazy(),
    metadata: jsonObject<DeploymentMetadata>(),
    startedAt: creationTime(),
    completedAt: p.datetime().nullable(),
  },
});
export class Deployment extends DeploymentSchema.class {}
DeploymentSchema.setClass(Deployment);

export function isFinished(deployment: Pick<Deployment, 'status'>): boolean {
  return !unfinishedStatuses.some((status) => status === deployment.status);
}

/** Whether it is still waiting for approval, and so must not run. */
export function waitsForApproval({ status, metadata }: Pick<Deployment, 'status' | 'metadata'>): boolean {
  return status === 'pending' && metadata.approval?.state === 'waiting';
}

/** When it became ready to run, without the time it waited for approval. */
export function readySince({ startedAt, metadata }: Pick<Deployment, 'startedAt' | 'metadata'>): Date {
  const approved = metadata.approval?.decided_at;
  return approved === undefined ? startedAt : new Date(approved);
}
