import { defineEntity, p } from '@mikro-orm/core';
import { changeTime, creationTime, uuidKey } from './columns.ts';
import { isApplication, isSuperAdmin, oneOf, policiesFor } from './access.ts';
import { Application } from './application.ts';
import { User } from './user.ts';

/** `waiting`: for a place, as `previews-max` allows no more; `open`: has or gets a deployment of its head. */
export const previewStates = ['waiting', 'open', 'closed'] as const;
export type PreviewState = (typeof previewStates)[number];

/**
 * A pull or merge request of an application that has previews. What it runs is `variant`, a hidden application that
 * lives as long as the preview and goes through the same pipeline.
 */
const PreviewSchema = defineEntity({
  name: 'Preview',
  tableName: 'previews',
  uniques: [{ properties: ['application', 'number'] }, { properties: ['variant'] }],
  indexes: [
    { properties: ['approvedBy'] },
    { name: 'previews_unclosed_index', properties: ['application'], where: "state <> 'closed'" },
  ],
  checks: [
    { name: 'check_preview_state', expression: oneOf('state', previewStates) },
    { name: 'check_preview_number', expression: 'number > 0' },
  ],
  policies: policiesFor('previews', {
    select: isApplication('application_id', 'viewer'),
    insert: isApplication('application_id', 'member'),
    update: isApplication('application_id', 'member'),
    delete: isSuperAdmin,
  }),
  properties: {
    id: uuidKey(),
    application: () => p.manyToOne(Application).deleteRule('cascade'),
    /** The application that runs it; null before its first deployment. */
    variant: () => p.manyToOne(Application).nullable().deleteRule('set null'),
    /** As the git host counts its requests. */
    number: p.integer(),
    title: p.string().length(200).nullable(),
    /** Who opened it, as the host names and identifies them. */
    author: p.string().length(255).nullable(),
    authorId: p.string().length(255).nullable(),
    branch: p.string().length(255),
    /** What git asks the repository for when it does not give out the commit by its id. */
    ref: p.string().length(255),
    /** Its head; abbreviated where the host sends no more, until git has been asked. */
    commitSha: p.string().length(40),
    /** The fork to clone from, where the repository itself has no ref for it. */
    cloneUrl: p.string().length(500).nullable(),
    /** Whether its commits come from elsewhere than a branch of the repository. */
    fromFork: p.boolean(),
    /** Whether its author may push to the repository; null until the host has been asked. */
    byMember: p.boolean().nullable(),
    state: p.string().$type<PreviewState>().length(50).default('open'),
    /** Why it is closed or waits, as a clause. */
    reason: p.string().length(500).nullable(),
    /** The head that a member let run although it comes from outside. */
    approvedSha: p.string().length(40).nullable(),
    approvedBy: () => p.manyToOne(User).fieldName('approved_by').nullable().deleteRule('set null'),
    /** Whether the approving label was on it at the newest event; of hosts that tell all labels, not the new ones. */
    labelled: p.boolean().default(false),
    /** Neither idle time nor the need for a place closes it. */
    pinned: p.boolean().default(false),
    /** The host's id of the comment that is edited in place. */
    commentId: p.string().length(255).nullable(),
    /** Hexadecimal SHA-256 of what the comment says. */
    commentHash: p.string().length(64).nullable(),
    /** Last sign of use: an event of the request, or a person. */
    activeAt: creationTime(),
    /** The host's time of the newest event; older ones come late. */
    changedAt: p.datetime().nullable(),
    createdAt: creationTime(),
    updatedAt: changeTime(),
  },
});
export class Preview extends PreviewSchema.class {}
PreviewSchema.setClass(Preview);
