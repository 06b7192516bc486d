import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { NotFoundError } from '../../errors.ts';
import { isMissing } from '../engine-errors.ts';
import { frameReader } from '../output-frames.ts';
import type { LogOptions } from '../swarm.ts';

/** Kept of a line, characters: views show 4,000, and secrets at their end have to be known. */
const maxLine = 6_000;
/** Kept of all lines, characters. */
const maxText = 2_000_000;

export async function serviceLogs(docker: Docker, name: string, options: LogOptions): Promise<string[]> {
  const since = options.sinceSeconds === undefined ? 0 : Math.floor(Date.now() / 1_000 - options.sinceSeconds);
  try {
    const query = { stdout: true, stderr: true, timestamps: true, tail: options.lines, since };
    return await newestLines(await openLog(docker, `/services/${name}/logs?`, query), options.lines, options.times);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new NotFoundError('The application has no service, so it has no logs. Deploy it first.', { cause: error });
  }
}

/** The client reads a log that it does not follow into memory, whatever its size; this one is read as it comes. */
export function openLog(docker: Docker, path: string, query: object): Promise<Readable> {
  const statusCodes = { 101: true, 200: true, 404: 'no such log', 500: 'server error', 503: 'not part of a swarm' };
  const options = { path, method: 'GET', isStream: true, statusCodes, options: query };
  return new Promise((resolve, reject) => {
    docker.modem.dial(options, (error: unknown, stream: unknown) => {
      if (error instanceof Error) reject(error);
      else resolve(stream as Readable);
    });
  });
}

interface Stamped {
  time: string;
  line: string;
}

/**
 * `tail` counts per task, so that more may come than are kept. Every line begins with its time, in digits of one width.
 */
export async function newestLines(printed: AsyncIterable<Buffer>, lines: number, times = false): Promise<string[]> {
  let newest: Stamped[] = [];
  for await (const line of stampedLines(printed)) {
    newest.push({ time: line.slice(0, line.indexOf(' ')), line });
    if (newest.length > lines * 2) newest = newest.sort(byTime).slice(-lines);
  }
  return withinText(newest.sort(byTime).slice(-lines)).map(({ line, time }) =>
    times ? line : line.slice(time.length + 1),
  );
}

async function* stampedLines(printed: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const read = frameReader();
  let frame: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of printed) {
    for (const piece of read(chunk)) {
      // Longer than a line that is kept in any encoding; the Engine's drivers end a frame much earlier.
      if (bytes < maxLine * 16) frame.push(piece.bytes);
      bytes += piece.bytes.length;
      if (!piece.last) continue;
      const text = Buffer.concat(frame).toString('utf8');
      [frame, bytes] = [[], 0];
      for (const line of text.split('\n')) if (line) yield line.slice(0, maxLine);
    }
  }
}

/** The last ones that fit. */
function withinText(ordered: Stamped[]): Stamped[] {
  let left = maxText;
  const first = ordered.findLastIndex(({ line }) => (left -= line.length) < 0);
  return ordered.slice(first + 1);
}

function byTime(one: { time: string }, other: { time: string }): number {
  if (one.time === other.time) return 0;
  return one.time < other.time ? -1 : 1;
}
