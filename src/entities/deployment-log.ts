import { defineEntity, p } from '@mikro-orm/core';
import { Deployment } from './deployment.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Hash-partitioned by deployment into four tables; the partition key is part of the primary key. */
const DeploymentLogSchema = defineEntity({
  name: 'DeploymentLog',
  tableName: 'deployment_logs',
  properties: {
    id: p.bigint('number').primary().autoincrement(),
    deployment: () => p.manyToOne(Deployment).primary().deleteRule('cascade'),
    level: p.enum(logLevels).length(20),
    message: p.text(),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
});
export class DeploymentLog extends DeploymentLogSchema.class {}
DeploymentLogSchema.setClass(DeploymentLog);
