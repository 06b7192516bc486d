import type { Application } from '../../entities/application.ts';
import { reasonOf } from '../../swarm/engine-errors.ts';
import { labelKeys } from '../../swarm/labels.ts';
import type { OneOffStatus } from '../../swarm/services/beside.ts';
import type { RolloutProgress } from '../../swarm/swarm.ts';
import { formatDuration } from '../../units/durations.ts';
import type { Deps } from '../deps.ts';
import type { OutputReader, OutputSink } from './output-reader.ts';

/** Of the output of one task, characters; what comes after it is not shown. */
const mostCharacters = 10_000_000;
/** Of Node, milliseconds. */
const longestTimer = 2 ** 31 - 1;
/** As `timeout` and shells have them. */
const exitCodes = { timedOut: 124, notStarted: 125, notExecutable: 126, notFound: 127, cancelled: 130 };

/** The output of a one-off task, from its beginning, and its end. Whoever follows it keeps to its time limit. */
export function runReader(
  { logger, swarm }: Pick<Deps, 'logger' | 'swarm'>,
  application: Application,
  { createdAt, labels, name }: OneOffStatus,
): OutputReader {
  const limit = Date.parse(labels[labelKeys.until] ?? '') || Number.POSITIVE_INFINITY;

  async function print(sink: OutputSink, ended: AbortSignal, signal: AbortSignal) {
    let left = mostCharacters;
    try {
      for await (const line of swarm.followLogs(name, {}, ended, signal)) {
        left -= line.text.length;
        if (left < 0) return sink.note('The output is longer than 10 MB. The rest of it is not shown.');
        await sink.line(line);
      }
    } catch (error) {
      // The end of the task decides, whatever becomes of its output.
      if (!signal.aborted) sink.note(`The rest of the output could not be read: ${reasonOf(error)}`);
    }
  }

  return {
    application,
    newest: Number.MAX_SAFE_INTEGER,
    async read(sink, _resumes, signal) {
      const ended = new AbortController();
      let last: RolloutProgress | undefined;
      let timedOut = false;
      const timer = setTimeout(
        () => {
          timedOut = true;
          swarm.remove(name).catch((error: unknown) => logger.warn({ err: error, name }, 'a one-off task did not end'));
        },
        Math.min(Math.max(0, limit - Date.now()), longestTimer),
      );
      const printing = print(sink, ended.signal, signal);
      try {
        for await (const now of swarm.watch(name, 0, signal)) last = now;
      } finally {
        clearTimeout(timer);
        ended.abort();
      }
      await printing;
      if (!timedOut) return endOf(last);
      const took = formatDuration(limit - createdAt.getTime());
      return { text: `It did not finish within ${took}, so it was ended.`, exitCode: exitCodes.timedOut };
    },
  };
}

function endOf(last: RolloutProgress | undefined): { text: string; exitCode: number } {
  if (last?.state === 'converged') return { text: 'It ended with exit code 0.', exitCode: 0 };
  const [why = 'it ended without a reason'] = last?.taskErrors ?? [];
  if (why === 'it was stopped' || why === 'the service was removed') {
    return { text: 'It was cancelled.', exitCode: exitCodes.cancelled };
  }
  const exitCode = last?.failures?.at(-1)?.exitCode;
  return { text: `It failed: ${why}`, exitCode: exitCode || codeOf(why) };
}

/** Of one that never ran. */
function codeOf(why: string): number {
  if (/executable file not found|no such file or directory/i.test(why)) return exitCodes.notFound;
  return /permission denied/i.test(why) ? exitCodes.notExecutable : exitCodes.notStarted;
}
