import type { Reply } from '../../replies/reply.ts';
import { renderReply } from './render.ts';
import { stepsLine } from './steps-line.ts';
import { painter } from './terminal-text.ts';
import { fit } from './wrap.ts';

/** Rows left to the line being typed and to what was said last. */
const reserved = 4;

/**
 * The messages of running deployments, short: never more rows than the terminal can draw over.
 * @param now Milliseconds, with which the mark of a step that is under way turns.
 */
export function liveLines(
  replies: Reply[],
  { columns, now, rows }: { columns: number; now: number; rows: number },
): string[] {
  // Title, state and steps.
  const linesEach = replies.some(({ steps }) => steps) ? 3 : 2;
  const most = Math.max(1, Math.floor((rows - reserved) / linesEach));
  const hidden = replies.length - most;
  const lines = replies
    .slice(0, most)
    .flatMap((reply) => [
      ...renderReply(reply, { color: true, width: Number.MAX_SAFE_INTEGER }).slice(0, 2),
      ...(reply.steps ? [`  ${stepsLine(reply.steps, painter(true), now)}`] : []),
    ]);
  const more = hidden > 0 ? [painter(true)('dim', `  and ${hidden} more`)] : [];
  return [...lines, ...more].map((line) => fit(line, columns - 1));
}
