import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { isSelf, isTeam, oneOf, policiesFor } from './access.ts';
import { Team } from './team.ts';
import { User } from './user.ts';

/** In descending order. */
export const teamRoles = ['owner', 'admin', 'member', 'viewer'] as const;
export type TeamRole = (typeof teamRoles)[number];

/** Admins manage everyone but owners. */
const manages = `${isTeam('team_id', 'owner')} or (role <> 'owner' and ${isTeam('team_id', 'admin')})`;

/** A team keeps at least one owner; a constraint trigger checks at commit. */
const TeamMemberSchema = defineEntity({
  name: 'TeamMember',
  tableName: 'team_members',
  uniques: [{ properties: ['user', 'team'] }],
  indexes: [{ properties: ['team'] }],
  checks: [{ name: 'check_team_member_role', expression: oneOf('role', teamRoles) }],
  policies: policiesFor('team_members', {
    select: isTeam('team_id', 'viewer'),
    insert: `${manages} or (${isSelf} and role = 'owner' and not app_team_has_members(team_id))`,
    update: manages,
    delete: `${manages} or ${isSelf}`,
  }),
  properties: {
    id: uuidKey(),
    user: () => p.manyToOne(User).deleteRule('cascade'),
    team: () => p.manyToOne(Team).deleteRule('cascade'),
    role: p.string().$type<TeamRole>().length(50).default('member'),
    joinedAt: creationTime(),
  },
});
export class TeamMember extends TeamMemberSchema.class {}
TeamMemberSchema.setClass(TeamMember);
