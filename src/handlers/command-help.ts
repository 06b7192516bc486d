import { UsageError } from '../errors.ts';
import { closestName } from '../closest-name.ts';
import type { Command } from './command.ts';
import { type CommandGroup, groupCommands, nounOf } from './command-groups.ts';
import { flagName, type Option } from './options.ts';
import type { Reply } from '../replies/reply.ts';
import { positionals, usage } from './command-usage.ts';
import { quoted } from '../quoted.ts';
import { commandMeantBy } from './synonyms.ts';

/** `help`: every command by name, in groups. */
export function helpOverview(commands: readonly Command[]): Reply {
  return {
    tone: 'info',
    title: 'What I can do',
    text:
      '`help deploy` explains a command, `help app` lists those on a noun. Applications are `project/app`; ' +
      'you can leave the project out when the name is unambiguous.',
    fields: groupCommands(commands).map((group) => ({ name: group.title, value: namesOf(group) })),
    data: commands.map(({ name, summary, role }) => ({ name, summary, role })),
  };
}

/** Commands without a verb on one line, then one for each noun with its verbs. */
function namesOf({ commands }: CommandGroup): string {
  const bare = commands.filter(({ name }) => !name.includes(' ')).map(({ name }) => `\`${name}\``);
  const nouns = [...new Set(commands.filter(({ name }) => name.includes(' ')).map(nounOf))];
  const lines = nouns.map((noun) => {
    const verbs = commands.filter((command) => nounOf(command) === noun).map(({ name }) => name.slice(noun.length + 1));
    return `\`${noun}\` ${verbs.join(', ')}`;
  });
  return [...(bare.length > 0 ? [bare.join(', ')] : []), ...lines].join('\n');
}

/** `help app`: the commands on a noun, in one line each. */
function helpFamily(commands: readonly Command[], noun: string): Reply {
  return {
    tone: 'info',
    title: `\`${noun}\``,
    table: {
      columns: ['Command', 'What it does'],
      rows: commands.map((one) => [signature(one), one.summary]),
      prose: true,
    },
    text: `\`help ${commands[0]?.name ?? noun}\` shows the details of one.`,
    data: commands.map(({ name, summary, role }) => ({ name, summary, role })),
  };
}

/** Leaves out named options: the command's own help lists those. */
function signature(command: Command): string {
  const places = positionals(command).map(([key, option]) => {
    const word = option.required ? `<${key}>` : `[${key}]`;
    return option.many || option.rest ? `${word}...` : word;
  });
  return [command.name, ...places].join(' ');
}

/** `help deploy`; `help app` lists the commands on a noun. @throws {UsageError} when nothing has that name. */
export function helpTopic(commands: readonly Command[], topic: string): Reply {
  const name = topic.toLowerCase();
  const command = commands.find((candidate) => candidate.name === name);
  if (command) return helpCommand(command);
  const family = commands.filter((candidate) => candidate.name.startsWith(`${name} `));
  if (family.length > 0) return helpFamily(family, name);
  const names = commands.map((candidate) => candidate.name);
  const suggestion = commandMeantBy(name, names) ?? closestName(name, names);
  const hint = suggestion ? `Did you mean \`help ${suggestion}\`?` : '`help` lists the commands.';
  throw new UsageError(`There is no command ${quoted(topic)}. ${hint}`);
}

function helpCommand(command: Command): Reply {
  const rows = Object.entries(command.options).map(([key, option]) => [
    option.named ? flagName(key) : key,
    describeOption(option),
  ]);
  return {
    tone: 'info',
    title: command.name,
    text: `${command.summary}.\n\`${usage(command)}\``,
    ...(rows.length > 0 && { table: { columns: ['Option', 'Meaning'], rows, prose: true } }),
    fields: [{ name: 'Who may', value: whoMay(command) }],
    ...(command.examples && { code: command.examples.join('\n') }),
    data: { name: command.name, summary: command.summary, role: command.role, usage: usage(command) },
  };
}

export function whoMay({ role }: Command): string {
  if (role === 'anyone') return 'anyone';
  return role === 'super_admin' ? 'super_admin' : `${role} and above`;
}

export function describeOption(option: Option<unknown>): string {
  const notes = [
    ...(option.choices ? [option.choices.join(', ')] : []),
    ...(option.kind === 'secret' ? ['asked for in private'] : []),
    ...(option.many && option.named ? ['may be given again'] : []),
  ];
  return notes.length > 0 ? `${option.summary} (${notes.join('; ')})` : option.summary;
}
