import { defineEntity, p } from '@mikro-orm/core';
import { uuidKey } from './columns.ts';
import { isApplication, oneOf, policiesFor } from './access.ts';
import { Application } from './application.ts';

/** `found`: its webhook may still arrive; `skipped`: not to be deployed; `polled`: seen by an application that polls. */
export const branchHeadStates = ['found', 'notified', 'skipped', 'polled'] as const;
export type BranchHeadState = (typeof branchHeadStates)[number];

/** A branch head of an application that no webhook announced, or the last one that was polled. */
const BranchHeadSchema = defineEntity({
  name: 'BranchHead',
  tableName: 'branch_heads',
  checks: [{ name: 'check_branch_head_state', expression: oneOf('state', branchHeadStates) }],
  policies: policiesFor('branch_heads', { select: isApplication('application_id', 'viewer') }),
  properties: {
    id: uuidKey(),
    application: () => p.oneToOne(Application).owner().deleteRule('cascade'),
    commitSha: p.string().length(40),
    state: p.string().$type<BranchHeadState>().length(20).default('found'),
    foundAt: p.datetime().defaultRaw('now()'),
    /** When it was polled last. */
    lookedAt: p.datetime().nullable(),
  },
});
export class BranchHead extends BranchHeadSchema.class {}
BranchHeadSchema.setClass(BranchHead);
