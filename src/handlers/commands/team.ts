import { type TeamRole, teamRoles } from '../../entities/team-member.ts';
import { changeMemberRole, inviteMember, leaveTeam, removeMember } from '../../usecases/people/team-members.ts';
import { createTeam, deleteTeam, listTeams, readTeam } from '../../usecases/people/teams.ts';
import { defineCommand } from '../command.ts';
import { choice, named, optional, text } from '../options.ts';
import { allOf } from '../../word-lists.ts';

const team = text('Name of the team', 'team');
const username = text('Username', 'user');

export const teamCreate = defineCommand({
  name: 'team create',
  summary: 'Create a team, whose members share projects; you become its owner',
  role: 'admin',
  answers: 'channel',
  options: { team: text('Name of the team'), description: optional(named(text('Description'))) },
  examples: ['team create backend'],
  async run({ deps, user, origin }, input) {
    const made = await createTeam(deps, { ...input, user, origin });
    return {
      tone: 'success',
      text: `Team \`${made.name}\` is created. Next: \`team invite ${made.name} <user>\`, \`project team <project> ${made.name}\`.`,
      data: { id: made.id, name: made.name },
    };
  },
});

export const teamList = defineCommand({
  name: 'team list',
  summary: 'List the teams you see',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: {},
  async run({ deps, user }) {
    const teams = await listTeams(deps, user);
    if (teams.length === 0)
      return { tone: 'info', text: 'You are not in a team. Create one: `team create <name>`.', data: [] };
    return {
      tone: 'info',
      title: 'Teams',
      table: {
        columns: ['Team', 'Your role', 'Members'],
        rows: teams.map((one) => [one.team.name, one.role ?? '', String(one.members)]),
      },
      data: teams.map((one) => ({
        id: one.team.id,
        name: one.team.name,
        role: one.role ?? null,
        members: one.members,
      })),
    };
  },
});

export const teamShow = defineCommand({
  name: 'team show',
  summary: 'Show the members and shared projects of a team',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { team },
  async run({ deps, user }, { team: name }) {
    const { team: found, members, projects } = await readTeam(deps, user, name);
    return {
      tone: 'info',
      title: found.name,
      ...(found.description && { text: found.description }),
      fields: [{ name: 'Projects', value: projects.map((project) => project.name).join(', ') || 'none' }],
      table: { columns: ['Member', 'Role'], rows: members.map((one) => [one.user.username, one.role]) },
      data: {
        id: found.id,
        name: found.name,
        description: found.description ?? null,
        members: members.map((one) => ({ username: one.user.username, role: one.role, joinedAt: one.joinedAt })),
        projects: projects.map((project) => project.name),
      },
    };
  },
});

export const teamInvite = defineCommand({
  name: 'team invite',
  summary: 'Add someone to a team, as `member` by default',
  role: 'viewer',
  answers: 'channel',
  options: { team, username, role: optional(named(choice('Role in the team', teamRoles))) },
  examples: ['team invite backend ada', 'team invite backend grace --role viewer'],
  async run({ deps, user, origin }, input) {
    const role: TeamRole = input.role ?? 'member';
    const { team: joined, member } = await inviteMember(deps, { ...input, role, user, origin });
    return membersReply(
      `\`${member.username}\` is now in \`${joined.name}\` as \`${role}\`.`,
      joined.name,
      member.username,
      role,
    );
  },
});

export const teamRemove = defineCommand({
  name: 'team remove',
  summary: 'Remove someone from a team',
  role: 'viewer',
  answers: 'channel',
  options: { team, username },
  async run({ deps, user, origin }, input) {
    const { team: left, member } = await removeMember(deps, { ...input, user, origin });
    return membersReply(`\`${member.username}\` is no longer in \`${left.name}\`.`, left.name, member.username, null);
  },
});

export const teamRole = defineCommand({
  name: 'team role',
  summary: 'Change someone’s role in a team',
  role: 'viewer',
  answers: 'channel',
  options: { team, username, role: choice('Role in the team', teamRoles) },
  examples: ['team role backend ada admin'],
  async run({ deps, user, origin }, input) {
    const { team: of, member } = await changeMemberRole(deps, { ...input, user, origin });
    const text = `\`${member.username}\` is now \`${input.role}\` in \`${of.name}\`.`;
    return membersReply(text, of.name, member.username, input.role);
  },
});

export const teamLeave = defineCommand({
  name: 'team leave',
  summary: 'Leave a team',
  role: 'viewer',
  answers: 'channel',
  options: { team },
  async run({ deps, user, origin }, input) {
    const { team: left, member } = await leaveTeam(deps, { ...input, user, origin });
    return membersReply(`You are no longer in \`${left.name}\`.`, left.name, member.username, null);
  },
});

export const teamDelete = defineCommand({
  name: 'team delete',
  summary: 'Delete a team; its projects stay with their owners',
  role: 'viewer',
  answers: 'channel',
  options: { team },
  async run({ deps, user, origin }, input) {
    const projects = await deleteTeam(deps, { ...input, user, origin });
    const kept = allOf(projects);
    const rest = kept ? ` Only their owners see these projects now: ${kept}.` : '';
    return { tone: 'success', text: `Team \`${input.team}\` is deleted.${rest}`, data: { name: input.team, projects } };
  },
});

function membersReply(text: string, team: string, username: string, role: TeamRole | null) {
  return { tone: 'success' as const, text, data: { team, username, role } };
}
