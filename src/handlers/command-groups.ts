import { hostApps } from '../git-hosts/registry.ts';
import type { Command } from './command.ts';

export interface CommandGroup {
  title: string;
  commands: Command[];
}

/** Under what the help lists a command: by its name, or by its noun where the name has a verb. */
const deploying = ['deploy', 'redeploy', 'cancel', 'rollback', 'promote', 'approve', 'deny', 'lock', 'unlock'];
const running = ['run', 'scale', 'restart', 'stop', 'start', 'freeze', 'preview'];
const groups: readonly { title: string; names: readonly string[] }[] = [
  { title: 'Deploy', names: deploying.concat(running) },
  { title: 'Look', names: ['status', 'history', 'logs', 'metrics', 'why', 'diff', 'open', 'audit', 'digest'] },
  {
    title: 'Set up',
    names: [
      'project',
      'app',
      'template',
      'env',
      'shared',
      'cron',
      'domain',
      'cert',
      'volume',
      'db',
      hostApps.command,
      'notify',
      'here',
    ],
  },
  { title: 'People', names: ['whoami', 'link', 'login', 'user', 'team', 'token'] },
  { title: 'Housekeeping', names: ['schedule', 'node', 'keys', 'help'] },
];

/** `project` of `project create`; the whole name of a command without a verb. */
export function nounOf({ name }: Pick<Command, 'name'>): string {
  return name.includes(' ') ? name.slice(0, name.lastIndexOf(' ')) : name;
}

/** The commands in the order of the help; what belongs to no group is in a last one. */
export function groupCommands(commands: readonly Command[]): CommandGroup[] {
  const known = new Set(groups.flatMap(({ names }) => names));
  const others = { title: 'Others', commands: commands.filter((command) => !known.has(nounOf(command))) };
  const found = groups.map(({ title, names }) => ({
    title,
    commands: names.flatMap((name) => commands.filter((command) => nounOf(command) === name)),
  }));
  return [...found, others].filter((group) => group.commands.length > 0);
}
