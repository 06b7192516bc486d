import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { isApplication, isMe, policiesFor, supervises } from './access.ts';
import { Application } from './application.ts';
import { User } from './user.ts';

/** Blocks deployments of an application while it exists. */
const DeployLockSchema = defineEntity({
  name: 'DeployLock',
  tableName: 'deploy_locks',
  indexes: [{ properties: ['lockedBy'] }],
  policies: policiesFor('deploy_locks', {
    select: isApplication('application_id', 'viewer'),
    insert: `${isMe('locked_by')} and ${isApplication('application_id', 'member')}`,
    delete: `(${isMe('locked_by')} and ${isApplication('application_id', 'member')}) or ${supervises(isApplication, 'application_id')}`,
  }),
  properties: {
    id: uuidKey(),
    application: () => p.manyToOne(Application).unique().deleteRule('cascade'),
    /** Null for a deleted user; an admin can unlock. */
    lockedBy: () => p.manyToOne(User).fieldName('locked_by').nullable().deleteRule('set null'),
    /** The holder's name and platform, e.g. `ada (slack)`. */
    holder: p.string().length(255),
    reason: p.string().length(500),
    since: creationTime(),
  },
});
export class DeployLock extends DeployLockSchema.class {}
DeployLockSchema.setClass(DeployLock);
