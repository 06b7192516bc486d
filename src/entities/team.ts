import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, jsonObject, uuidKey } from './columns.ts';
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
    id: uuidKey(),
    name: p.string().length(255).unique(),
    description: p.text().nullable(),
    settings: jsonObject<Record<string, unknown>>(),
    createdAt: creationTime(),
  },
});
export class Team extends TeamSchema.class {}
TeamSchema.setClass(Team);
