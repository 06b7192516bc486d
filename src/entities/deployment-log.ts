import { defineEntity, p } from '@mikro-orm/core';
import { creationTime } from './columns.ts';
import { isDeployment, isSuperAdmin, oneOf, policiesFor } from './access.ts';
import { Deployment } from './deployment.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Hash-partitioned by deployment into four tables; the partition key is part of the primary key. */
const DeploymentLogSchema = defineEntity({
  name: 'DeploymentLog',
  tableName: 'deployment_logs',
  partitionBy: { type: 'hash', expression: 'deployment_id', partitions: 4 },
  indexes: [
    {
      name: 'deployment_logs_deployment_id_created_at_index',
      columns: [{ name: 'deployment_id' }, { name: 'created_at', sort: 'desc' }],
    },
    { properties: ['level'] },
  ],
  checks: [{ name: 'check_deployment_log_level', expression: oneOf('level', logLevels) }],
  policies: policiesFor('deployment_logs', {
    select: isDeployment('deployment_id', 'viewer'),
    insert: isDeployment('deployment_id', 'member'),
    delete: isSuperAdmin,
  }),
  properties: {
    id: p.bigint('number').primary().autoincrement(),
    deployment: () => p.manyToOne(Deployment).primary().deleteRule('cascade'),
    level: p.string().$type<LogLevel>().length(20),
    message: p.text(),
    createdAt: creationTime(),
  },
});
export class DeploymentLog extends DeploymentLogSchema.class {}
DeploymentLogSchema.setClass(DeploymentLog);
