import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, jsonObject, uuidKey } from './columns.ts';
import { isMe, isProject, isSuperAdmin, oneOf, policiesFor, sealed, supervises } from './access.ts';
import { ApiToken } from './api-token.ts';
import type { Platform } from './chat-message.ts';
import { Project } from './project.ts';
import { User } from './user.ts';

/** `running` from the approval until the command has answered. */
export const assistantRequestStatuses = ['waiting', 'running', 'done', 'denied', 'expired', 'interrupted'] as const;
export type AssistantRequestStatus = (typeof assistantRequestStatuses)[number];

/** The person in whose name it is asked, those who may approve in its project, and super_admins. */
const mayDecide = `(${isMe('user_id')} or ${supervises(isProject, 'project_id')} or ${isSuperAdmin})`;

/** A change that an assistant asks for, which runs once a person approves it. */
const AssistantRequestSchema = defineEntity({
  name: 'AssistantRequest',
  tableName: 'assistant_requests',
  indexes: [
    { properties: ['user'] },
    { properties: ['token'] },
    { properties: ['project'] },
    { properties: ['decidedBy'] },
    {
      name: 'assistant_requests_open_index',
      properties: ['expiresAt'],
      where: oneOf('status', ['waiting', 'running']),
    },
  ],
  checks: [
    { name: 'check_assistant_request_status', expression: oneOf('status', assistantRequestStatuses) },
    { name: 'check_assistant_request_input_sealed', expression: sealed('input') },
    { name: 'check_assistant_request_answer_sealed', expression: sealed('answer') },
    {
      name: 'check_assistant_request_ended',
      expression: `(${oneOf('status', ['waiting', 'running'])}) = (ended_at is null)`,
    },
  ],
  policies: policiesFor('assistant_requests', {
    select: mayDecide,
    insert: `${isMe('user_id')} and status = 'waiting' and decided_by is null and (project_id is null or ${isProject('project_id', 'viewer')})`,
    update: mayDecide,
    updated: `${isMe('decided_by')} and ${mayDecide}`,
  }),
  properties: {
    id: uuidKey(),
    /** In whose name it is asked. */
    user: () => p.manyToOne(User).deleteRule('cascade'),
    /** Null over the machine's own socket. */
    token: () => p.manyToOne(ApiToken).nullable().deleteRule('cascade'),
    /** That of what it changes, as far as that is in one. */
    project: () => p.manyToOne(Project).nullable().deleteRule('cascade'),
    /** How the assistant names itself. */
    client: p.string().length(80),
    command: p.string().length(100),
    /** The command as a line, for people; values that may be secret are left out. */
    line: p.string().length(2000),
    /** JSON, a ciphertext of the `Cipher`. */
    input: p.text().hidden(),
    status: p.string().$type<AssistantRequestStatus>().length(20).default('waiting'),
    /** What the assistant is told at the end, as JSON; a ciphertext too. */
    answer: p.text().nullable().hidden(),
    decidedBy: () => p.manyToOne(User).fieldName('decided_by').nullable().deleteRule('set null'),
    reason: p.string().length(500).nullable(),
    /** What the person has been told, by platform. */
    told: jsonObject<Partial<Record<Platform, 'asked' | 'reminded'>>>(),
    remindedAt: p.datetime().nullable(),
    expiresAt: p.datetime(),
    createdAt: creationTime(),
    decidedAt: p.datetime().nullable(),
    endedAt: p.datetime().nullable(),
  },
});
export class AssistantRequest extends AssistantRequestSchema.class {}
AssistantRequestSchema.setClass(AssistantRequest);
