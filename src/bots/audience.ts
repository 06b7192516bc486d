import type { CommandRequest } from '../handlers/request.ts';
import type { Reply } from '../replies/reply.ts';

/**
 * Whether only the person who asked is to see the reply: secrets, refusals, and answers of commands that change nothing.
 * The channel learns of what changed. A deployment's own live message is for the channel, so this reply is but a note.
 */
export function isForOne({ command }: CommandRequest, reply: Reply): boolean {
  if (reply.private || reply.tone === 'danger' || reply.asks || reply.deploymentId !== undefined) return true;
  return command === undefined || command.reads === true;
}
