import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ComposeSource, ComposeStack } from './parse.ts';
import { ComposeError } from './problems.ts';

/** What the thread answers: the stack, or the message of a `ComposeError`. */
export type Answer = { stack: ComposeStack } | { refused: string };

export interface AsideLimits {
  /** Time limit, milliseconds; a file of common size takes less than a second. */
  timeMs: number;
  /** Megabytes. */
  memory: number;
}

const usual: AsideLimits = { timeMs: 30_000, memory: 256 };

/**
 * As `parseCompose`, in a thread of its own: reading YAML takes seconds for a file that is large or means harm.
 * @throws {ComposeError} also when it takes too long or too much memory.
 */
export async function parseComposeAside(
  source: ComposeSource,
  signal: AbortSignal,
  { timeMs, memory }: AsideLimits = usual,
): Promise<ComposeStack> {
  signal.throwIfAborted();
  const worker = new Worker(new URL('parse-thread.ts', import.meta.url), {
    workerData: source,
    // Neither the flags of this process nor its secrets are for the thread.
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: memory },
  });
  const within = AbortSignal.any([signal, AbortSignal.timeout(timeMs)]);
  try {
    const [answer] = (await once(worker, 'message', { signal: within })) as [Answer];
    if ('refused' in answer) throw new ComposeError(source.file, answer.refused);
    return answer.stack;
  } catch (error) {
    signal.throwIfAborted();
    const why = within.aborted ? `takes more than ${timeMs / 1_000} seconds` : outOfMemory(error, memory);
    if (why === undefined) throw error;
    throw new ComposeError(source.file, [{ line: 1, text: `reading it ${why}. Make it smaller` }]);
  } finally {
    await worker.terminate();
  }
}

function outOfMemory(error: unknown, memory: number): string | undefined {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ERR_WORKER_OUT_OF_MEMORY' ? `takes more than ${memory} MB of memory` : undefined;
}
