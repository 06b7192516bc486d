import { readLines } from '../../text-lines.ts';
import { frameReader } from '../output-frames.ts';
import { cleaned } from '../printed-lines.ts';

/** Kept of a line, characters: views show 4,000, and secrets at their end have to be known. */
const maxLine = 6_000;
/** Kept of all lines, characters. */
const maxText = 2_000_000;
/** Kept of what the Engine says in place of lines. */
const maxMissing = 5;

export interface ReadOptions {
  lines: number;
  /** Each line begins with its time, in digits of one width, and a space (default: it does not). */
  times?: boolean | undefined;
  /** Of a program with a terminal: its output comes as it is, without frames (default: with them). */
  tty?: boolean | undefined;
}

/** A log as the Engine has it. */
export interface PrintedLog {
  /** What programs printed, oldest first. */
  lines: string[];
  /** Why lines are missing, in the Engine's words, e.g. of a node that is away. */
  missing: string[];
}

interface Stamped {
  time: string;
  line: string;
}

/**
 * Reads a log that was asked for with times, with or without a terminal. `tail` counts per task, so that more may come
 * than are kept.
 */
export async function readLog(
  printed: AsyncIterable<Buffer>,
  { lines, times = false, tty = false }: ReadOptions,
): Promise<PrintedLog> {
  let newest: Stamped[] = [];
  const missing: string[] = [];
  for await (const found of tty ? ofTerminal(printed) : ofFrames(printed)) {
    if ('engine' in found) {
      if (missing.length < maxMissing) missing.push(found.engine);
      continue;
    }
    newest.push(found);
    if (newest.length > lines * 2) newest = newest.sort(byTime).slice(-lines);
  }
  const kept = withinText(newest.sort(byTime).slice(-lines));
  return { lines: kept.map(({ line, time }) => (times ? line : line.slice(time.length + 1))), missing };
}

/** The lines alone. */
export async function newestLines(printed: AsyncIterable<Buffer>, lines: number, times = false): Promise<string[]> {
  return (await readLog(printed, { lines, times })).lines;
}

type Found = Stamped | { engine: string };

/** Each line as it comes; what the Engine says in place of lines is left out. */
export async function* readPrinted(printed: AsyncIterable<Buffer>, tty: boolean): AsyncGenerator<Stamped> {
  for await (const found of tty ? ofTerminal(printed) : ofFrames(printed)) if (!('engine' in found)) yield found;
}

async function* ofFrames(printed: AsyncIterable<Buffer>): AsyncGenerator<Found> {
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
      for (const line of text.split('\n')) {
        if (line) yield piece.to === 'engine' ? { engine: engineWords(line) } : stamped(line.slice(0, maxLine));
      }
    }
  }
}

/** Every line begins with its time, in digits of one width. */
function stamped(line: string): Stamped {
  return { time: line.slice(0, line.indexOf(' ')), line };
}

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(Z|[+-]\d\d:\d\d)(?= )/;

/** Without frames, the Engine's own lines are those without a time. */
async function* ofTerminal(printed: AsyncIterable<Buffer>): AsyncGenerator<Found> {
  let last = '';
  for await (const { text } of readLines(printed, maxLine)) {
    const [at] = time.exec(text) ?? [];
    if (at !== undefined) {
      last = at;
      yield { time: at, line: `${at} ${cleaned(text.slice(at.length + 1))}` };
    } else if (text.startsWith(engineMark)) yield { engine: engineWords(text) };
    // The rest of a line that the Engine has cut.
    else if (last !== '') yield { time: last, line: `${last} ${cleaned(text)}` };
  }
}

const engineMark = 'Error grabbing logs: ';

function engineWords(line: string): string {
  const words = line.startsWith(engineMark) ? line.slice(engineMark.length) : line;
  return words
    .replace(/^rpc error: code = \w+ desc = /, '')
    .slice(0, maxLine)
    .trim();
}

/** The last ones that fit. */
function withinText(ordered: Stamped[]): Stamped[] {
  let left = maxText;
  const first = ordered.findLastIndex(({ line }) => (left -= line.length) < 0);
  return ordered.slice(first + 1);
}

function byTime(one: Stamped, other: Stamped): number {
  if (one.time === other.time) return 0;
  return one.time < other.time ? -1 : 1;
}
