import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { isDeployment, isMe, isSuperAdmin, oneOf, policiesFor, supervises } from './access.ts';
import { type ApprovalDecision, approvalDecisions } from './approval-decision.ts';
import { Deployment } from './deployment.ts';
import { User } from './user.ts';

/**
 * The approval of a protected application's deployment, which another person has to give before it runs. A trigger
 * makes requester, deadline and decision immutable.
 */
const ApprovalSchema = defineEntity({
  name: 'Approval',
  tableName: 'approvals',
  indexes: [
    { properties: ['requestedBy'] },
    { properties: ['decidedBy'] },
    { name: 'approvals_waiting_index', properties: ['expiresAt'], where: 'decision is null' },
  ],
  checks: [
    { name: 'check_approval_decision', expression: oneOf('decision', approvalDecisions) },
    { name: 'check_approval_decided', expression: '(decision is null) = (decided_at is null)' },
    { name: 'check_approval_other_person', expression: 'decided_by <> requested_by' },
  ],
  policies: policiesFor('approvals', {
    select: isDeployment('deployment_id', 'viewer'),
    insert: `${isMe('requested_by')} and decision is null and ${isDeployment('deployment_id', 'member')}`,
    update: supervises(isDeployment, 'deployment_id'),
    updated: isMe('decided_by'),
    delete: isSuperAdmin,
  }),
  properties: {
    id: uuidKey(),
    deployment: () => p.manyToOne(Deployment).unique().deleteRule('cascade'),
    /** Null for a push or a deleted user. */
    requestedBy: () => p.manyToOne(User).fieldName('requested_by').nullable().deleteRule('set null'),
    decidedBy: () => p.manyToOne(User).fieldName('decided_by').nullable().deleteRule('set null'),
    decision: p.string().$type<ApprovalDecision>().length(50).nullable(),
    reason: p.string().length(500).nullable(),
    expiresAt: p.datetime(),
    createdAt: creationTime(),
    decidedAt: p.datetime().nullable(),
  },
});
export class Approval extends ApprovalSchema.class {}
ApprovalSchema.setClass(Approval);
