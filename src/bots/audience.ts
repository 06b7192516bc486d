import type { Command } from '../handlers/command.ts';
import { matchCommand, stripInvocation } from '../handlers/parse.ts';
import type { Reply } from '../replies/reply.ts';
import { tokenise } from '../handlers/tokens.ts';

/**
 * Whether only the person who asked is to see the reply: secrets, refusals, and answers of commands that change nothing.
 * The channel learns of what changed. A deployment's own live message is for the channel, so this reply is but a note.
 */
export function isForOne(commands: readonly Command[], line: string, reply: Reply): boolean {
  if (reply.private || reply.tone === 'danger' || reply.asks || reply.deploymentId !== undefined) return true;
  const words = tokenise(stripInvocation(line), { lenient: true });
  if (words.some(({ text }) => text === '--help' || text === '-h')) return true;
  const command = matchCommand(commands, words)?.command;
  return command === undefined || command.reads === true;
}
