import { defineCommand } from '../command.ts';
import { helpOverview, helpTopic } from '../command-help.ts';
import { many, optional, text } from '../options.ts';

export const help = defineCommand({
  name: 'help',
  summary: 'List the commands, or explain one',
  role: 'anyone',
  reads: true,
  answers: 'person',
  options: { command: optional(many(text('Command to explain', 'command'))) },
  examples: ['help', 'help deploy', 'help app create'],
  async run({ commands }, { command }) {
    return command ? helpTopic(commands, command.join(' ')) : helpOverview(commands);
  },
});
