import {
  clearChannelDefault,
  type Default,
  readChannelDefault,
  setChannelDefault,
} from '../../usecases/channels/channel-default.ts';
import { defineCommand } from '../command.ts';
import { text } from '../options.ts';

export const hereShow = defineCommand({
  name: 'here show',
  summary: 'Show which application or project this channel’s commands are about',
  role: 'viewer',
  reads: true,
  answers: 'person',
  bare: true,
  options: {},
  examples: ['here'],
  async run({ deps, user, origin }) {
    const found = await readChannelDefault(deps, user, origin);
    const text = found
      ? `Commands in this channel are about ${nameOf(found)} when they name no application.`
      : 'This channel has no default. Set one: `here set shop/api`, or `here set shop` for a project.';
    return { tone: 'info', text, data: found ?? null };
  },
});

export const hereSet = defineCommand({
  name: 'here set',
  summary: 'Set which application or project this channel’s commands are about',
  role: 'developer',
  answers: 'channel',
  options: { name: text('Application or project', 'application') },
  examples: ['here set shop/api', 'here set shop'],
  async run({ deps, user, origin }, { name }) {
    const set = await setChannelDefault(deps, { user, origin, name });
    const example = set.application === undefined ? '`deploy api`' : '`deploy`, `logs` or `rollback`';
    return {
      tone: 'success',
      text: `Commands in this channel are about ${nameOf(set)}: ${example} is enough. \`here clear\` removes it.`,
      data: set,
    };
  },
});

export const hereClear = defineCommand({
  name: 'here clear',
  summary: 'Remove this channel’s default application or project',
  role: 'developer',
  answers: 'channel',
  options: {},
  async run({ deps, user, origin }) {
    await clearChannelDefault(deps, { user, origin });
    return { tone: 'success', text: 'This channel has no default any more.', data: null };
  },
});

function nameOf({ application, project }: Default): string {
  return application === undefined ? `the project \`${project}\`` : `\`${application}\``;
}
