import { createThreads, ThreadLimitError, type Threads } from '../host/threads.ts';
import type { parse } from './parse-thread.ts';
import type { ComposeSource, ComposeStack } from './parse.ts';
import { ComposeError } from './problems.ts';

export interface AsideLimits {
  /** Time limit, milliseconds; a file of common size takes less than a second. */
  timeMs: number;
  /** Megabytes. */
  memory: number;
}

const usual: AsideLimits = { timeMs: 30_000, memory: 256 };
const inThread = { file: new URL('parse-thread.ts', import.meta.url), name: 'parse' };

/** Parses compose files apart from the event loop. */
export type ParseAside = (source: ComposeSource, signal: AbortSignal) => Promise<ComposeStack>;

/** As `parseCompose`, in a thread: reading YAML takes seconds for a file that is large or malicious. */
export const parseComposeAside: ParseAside = createParseAside(usual);

export function createParseAside({ timeMs, memory }: AsideLimits): ParseAside {
  const threads: Threads = createThreads({ atOnce: 2, memory });
  return async (source, signal) => {
    try {
      const answer = await threads.run<typeof parse>(inThread, source, { timeMs, signal });
      if ('refused' in answer) throw new ComposeError(source.file, answer.refused);
      return answer.stack;
    } catch (error) {
      if (!(error instanceof ThreadLimitError)) throw error;
      const most = error.limit === 'time' ? `${timeMs / 1_000} seconds` : `${memory} MB of memory`;
      throw new ComposeError(source.file, [{ line: 1, text: `reading it takes more than ${most}. Make it smaller` }]);
    }
  };
}
