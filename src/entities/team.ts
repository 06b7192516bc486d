import { randomUUID } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import { isTeam, policiesFor } from './access.ts';

const TeamSchema = defineEntity({
  name: 'Team',
  tableName: 'teams',
  checks: [{ name: 'check_team_name_length', expression: 'length(name) >= 3 and length(name) <= 100' }],
  policies: policiesFor('teams', {
    select: isTeam('id', 'viewer'),
    insert: `(select app_user_role()) in ('super_admin', 'admin')`,
    update: isTeam('id', 'admin'),
    delete: isTeam('id', 'owner'),
  }),
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    name: p.string().length(255).unique(),
    description: p.text().nullable(),
    settings: p
      .json<Record<string, unknown>>()
      .defaultRaw(`'{}'`)
      .onCreate(() => ({})),
    createdAt: p
      .datetime()
      .defaultRaw('now()')
      .onCreate(() => new Date()),
  },
});
export class Team extends TeamSchema.class {}
TeamSchema.setClass(Team);
