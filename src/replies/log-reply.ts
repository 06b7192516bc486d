import type { Reply } from './reply.ts';

interface ShownLog {
  lines: string[];
  /** Why lines are missing (default: none are). */
  missing?: string[];
  /** A sentence to go with it. */
  hint?: string;
}

/** The lines of a log, and why it is incomplete. */
export function logReply(title: string, { hint, lines, missing = [] }: ShownLog): Reply {
  const incomplete = missing.length > 0 ? [`Lines are missing: ${missing.join('; ')}.`] : [];
  const texts = [
    ...(lines.length > 0 ? [] : ['The log is empty.']),
    ...incomplete,
    ...(hint === undefined ? [] : [hint]),
  ];
  return {
    tone: missing.length > 0 ? 'warning' : 'info',
    title,
    ...(texts.length > 0 && { text: texts.join(' ') }),
    ...(lines.length > 0 && { code: lines.join('\n') }),
    data: lines,
  };
}
