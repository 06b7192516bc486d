import { shareProject, transferProject } from '../../usecases/projects/transfer-project.ts';
import { defineCommand } from '../command.ts';
import { text } from '../options.ts';

const project = text('Name of the project', 'project');

export const projectTransfer = defineCommand({
  name: 'project transfer',
  summary: 'Transfer your project to another owner',
  role: 'developer',
  answers: 'channel',
  options: { project, username: text('Username of the new owner', 'user') },
  examples: ['project transfer shop ada'],
  async run({ deps, user, origin }, input) {
    const changed = await transferProject(deps, { ...input, user, origin });
    const shared = changed.team ? ` It stays shared with \`${changed.team.name}\`.` : '';
    return {
      tone: 'success',
      text: `\`${changed.name}\` now belongs to \`${changed.owner.username}\`.${shared}`,
      data: { name: changed.name, owner: changed.owner.username, team: changed.team?.name ?? null },
    };
  },
});

export const projectTeam = defineCommand({
  name: 'project team',
  summary: 'Share your project with a team; `none` ends the sharing',
  role: 'developer',
  answers: 'channel',
  options: { project, team: text('Name of the team, or `none`', 'team') },
  examples: ['project team shop backend', 'project team shop none'],
  async run({ deps, user, origin }, input) {
    const team = input.team === 'none' ? undefined : input.team;
    const { project: changed, before } = await shareProject(deps, { ...input, team, user, origin });
    const rest = before && before !== team ? ` \`${before}\` no longer sees it.` : '';
    const now = team
      ? `\`${changed.name}\` is now shared with \`${team}\`.`
      : `\`${changed.name}\` is now yours alone.`;
    return { tone: 'success', text: `${now}${rest}`, data: { name: changed.name, team: team ?? null } };
  },
});
