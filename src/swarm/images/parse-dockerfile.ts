import { UserError } from '../../errors.ts';
import { createThreads, ThreadLimitError } from '../../host/threads.ts';
import type { Surroundings } from './base-images.ts';
import type { hasHeredoc, images } from './dockerfile-thread.ts';

/** On a busy machine as well, milliseconds. */
const timeMs = 30_000;
const file = new URL('dockerfile-thread.ts', import.meta.url);
const threads = createThreads({ atOnce: 2, memory: 256 });

/** As `baseImages`, in a thread: the parser takes several seconds for a megabyte. */
export async function findBaseImages(
  text: string,
  buildArgs: Record<string, string>,
  surroundings: Surroundings = {},
): Promise<string[]> {
  const call = threads.run<typeof images>({ file, name: 'images' }, { text, buildArgs, surroundings }, { timeMs });
  const answer = await call.catch(tooMuch);
  if (answer.images) return answer.images;
  throw new UserError(answer.refused);
}

/** Whether an instruction continues in a here-document, `RUN <<EOF`. */
export async function findHeredoc(text: string): Promise<boolean> {
  return threads.run<typeof hasHeredoc>({ file, name: 'hasHeredoc' }, text, { timeMs }).catch(tooMuch);
}

function tooMuch(error: unknown): never {
  if (!(error instanceof ThreadLimitError)) throw error;
  throw new UserError(`Reading the Dockerfile takes too much ${error.limit}. Make it smaller.`);
}
