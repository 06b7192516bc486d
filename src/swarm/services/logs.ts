import type Docker from 'dockerode';
import { NotFoundError } from '../../errors.ts';
import { isMissing } from '../engine-errors.ts';
import type { LogOptions } from '../swarm.ts';

/** Kind of stream, three bytes of nothing, length of what follows. */
const headerBytes = 8;

export async function serviceLogs(docker: Docker, name: string, options: LogOptions): Promise<string[]> {
  const since = options.sinceSeconds === undefined ? 0 : Math.floor(Date.now() / 1_000) - options.sinceSeconds;
  try {
    const answer: unknown = await docker
      .getService(name)
      .logs({ stdout: true, stderr: true, timestamps: true, tail: options.lines, since });
    return newestLines(Buffer.isBuffer(answer) ? answer : Buffer.alloc(0), options.lines, options.times);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new NotFoundError('The application has no service, and so no logs. Deploy it first.', { cause: error });
  }
}

/** `tail` counts per task, so that more may come. Every line begins with its time, in digits of one width. */
export function newestLines(multiplexed: Buffer, lines: number, times = false): string[] {
  const stamped = frames(multiplexed).flatMap((frame) => frame.split('\n').filter(Boolean));
  const ordered = stamped.map((line) => ({ time: line.slice(0, line.indexOf(' ')), line })).sort(byTime);
  return ordered.slice(-lines).map(({ time, line }) => (times ? line : line.slice(time.length + 1)));
}

function byTime(one: { time: string }, other: { time: string }): number {
  if (one.time === other.time) return 0;
  return one.time < other.time ? -1 : 1;
}

/** Standard output and error as they came. */
function frames(multiplexed: Buffer): string[] {
  const found: string[] = [];
  for (let at = 0; at + headerBytes <= multiplexed.length;) {
    const start = at + headerBytes;
    const end = start + multiplexed.readUInt32BE(at + 4);
    found.push(multiplexed.toString('utf8', start, end));
    at = end;
  }
  return found;
}
