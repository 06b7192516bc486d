import type Docker from 'dockerode';
import { NotFoundError } from '../../errors.ts';
import { isMissing } from '../engine-errors.ts';
import { frameReader } from '../output-frames.ts';
import type { LogOptions } from '../swarm.ts';

export async function serviceLogs(docker: Docker, name: string, options: LogOptions): Promise<string[]> {
  const since = options.sinceSeconds === undefined ? 0 : Math.floor(Date.now() / 1_000 - options.sinceSeconds);
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
export function newestLines(printed: Buffer, lines: number, times = false): string[] {
  const frames = [...frameReader()(printed)].map(({ bytes }) => bytes.toString('utf8'));
  const stamped = frames.flatMap((frame) => frame.split('\n').filter(Boolean));
  const ordered = stamped.map((line) => ({ time: line.slice(0, line.indexOf(' ')), line })).sort(byTime);
  return ordered.slice(-lines).map(({ time, line }) => (times ? line : line.slice(time.length + 1)));
}

function byTime(one: { time: string }, other: { time: string }): number {
  if (one.time === other.time) return 0;
  return one.time < other.time ? -1 : 1;
}
