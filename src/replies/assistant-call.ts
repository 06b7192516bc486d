import type { AssistantRequest } from '../entities/assistant-request.ts';
import { formatTime } from '../units/times.ts';
import { reminder } from './approval-call.ts';
import type { Reply } from './reply.ts';
import { shortId } from './short-id.ts';

/** What the person in whose name an assistant asks is told, in private. */
export function assistantCall(request: AssistantRequest): Reply {
  const { client, expiresAt, id, line, remindedAt } = request;
  const short = shortId(id);
  const lines = [
    ...(remindedAt ? [reminder] : []),
    `It would run in your name: \`${line.replaceAll('`', "'")}\``,
    `Until ${formatTime(expiresAt)}: \`approve ${short}\` or \`deny ${short} <reason>\`.`,
  ];
  return {
    tone: 'warning',
    title: `${client} asks for your approval`,
    text: lines.join('\n'),
    actions: [
      { label: 'Approve', command: `approve ${short}`, style: 'primary' },
      { label: 'Deny', command: `deny ${short}`, form: true },
    ],
  };
}
