import type { Reply } from '../../replies/reply.ts';
import { renderReply } from './render.ts';
import { painter } from './terminal-text.ts';
import { fit } from './wrap.ts';

/** Title and state. */
const linesEach = 2;
/** Rows left to the line being typed and to what was said last. */
const reserved = 4;

/** The messages of running deployments, short: never more rows than the terminal can draw over. */
export function liveLines(replies: Reply[], { columns, rows }: { columns: number; rows: number }): string[] {
  const most = Math.max(1, Math.floor((rows - reserved) / linesEach));
  const hidden = replies.length - most;
  const lines = replies
    .slice(0, most)
    .flatMap((reply) => renderReply(reply, { color: true, width: Number.MAX_SAFE_INTEGER }).slice(0, linesEach));
  const more = hidden > 0 ? [painter(true)('dim', `  and ${hidden} more`)] : [];
  return [...lines, ...more].map((line) => fit(line, columns - 1));
}
