import { UsageError } from '../errors.ts';
import { closestName } from '../closest-name.ts';
import type { Command } from './command.ts';
import { flagName, type Option } from './options.ts';
import type { Reply } from '../replies/reply.ts';
import { positionals, usage } from './command-usage.ts';
import { quoted } from '../quoted.ts';

/** `help`: every command in one line each. */
export function helpOverview(commands: readonly Command[]): Reply {
  return {
    tone: 'info',
    title: 'What I can do',
    table: { columns: ['Command', 'What it does'], rows: commands.map((one) => [signature(one), one.summary]) },
    text: '`help <command>` shows the details. Applications are `project/app`; you can leave the project out when the name is unambiguous.',
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
  if (family.length > 0) return { ...helpOverview(family), title: `\`${name}\`` };
  const suggestion = closestName(
    name,
    commands.map((candidate) => candidate.name),
  );
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
    ...(rows.length > 0 && { table: { columns: ['Option', 'Meaning'], rows } }),
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
