import { defineEntity, p } from '@mikro-orm/core';
import { changeTime, creationTime, jsonObject, uuidKey } from './columns.ts';
import { allOf, inTeam, isSuperAdmin, policiesFor } from './access.ts';
import { Team } from './team.ts';
import { User } from './user.ts';

const owned = 'owner_id = (select app_user_id())';
const ofOwnTeam = `(team_id is null or team_id in (select app_team_ids('member')))`;

const ProjectSchema = defineEntity({
  name: 'Project',
  tableName: 'projects',
  indexes: [
    { properties: ['name'] },
    { properties: ['owner'] },
    { properties: ['team'] },
    { name: 'projects_metadata_gin', properties: ['metadata'], type: 'gin' },
  ],
  uniques: [{ properties: ['owner', 'name'] }],
  checks: [{ name: 'check_project_name_length', expression: 'length(name) >= 3 and length(name) <= 100' }],
  policies: policiesFor('projects', {
    // Its own columns, unlike a function of its id, also let a row pass that the same statement inserts.
    select: `${owned} or ${inTeam('team_id', 'viewer')} or ${allOf('id')}`,
    insert: `(${owned} and ${ofOwnTeam}) or ${isSuperAdmin}`,
    update: `${owned} or ${inTeam('team_id', 'admin')} or ${isSuperAdmin}`,
    // Only the owner may move a project to another team, and only a super_admin to another owner.
    updated: `app_project_stays(id, owner_id, team_id) or (app_owns_project(id) and ${owned} and ${ofOwnTeam}) or ${isSuperAdmin}`,
    delete: `${owned} or ${isSuperAdmin}`,
  }),
  properties: {
    id: uuidKey(),
    name: p.string().length(255),
    description: p.text().nullable(),
    owner: () => p.manyToOne(User).deleteRule('cascade'),
    team: () => p.manyToOne(Team).nullable().deleteRule('set null'),
    metadata: jsonObject<Record<string, unknown>>(),
    createdAt: creationTime(),
    updatedAt: changeTime(),
  },
});
export class Project extends ProjectSchema.class {}
ProjectSchema.setClass(Project);
