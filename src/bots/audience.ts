import type { CommandRequest } from '../handlers/command-request.ts';
import type { Reply } from '../replies/reply.ts';

/** Whether a bot acknowledges in private: what was asked for tells, before there is an answer. */
export function opensInPrivate({ answers }: CommandRequest): boolean {
  return answers !== 'channel';
}

/**
 * Whether only the person who asked is to see the reply. Refusals and secrets are theirs whatever was declared. The note
 * beside a live message is theirs too; without a deployment there is no live message, and the channel sees the reply.
 */
export function isForOne({ answers }: CommandRequest, reply: Reply): boolean {
  if (reply.private || reply.tone === 'danger' || reply.asks) return true;
  return answers === 'live-message' ? reply.deploymentId !== undefined : answers === 'person';
}
