import type { LogLevel } from '../../../entities/deployment-log.ts';
import { formatSize } from '../../../units/sizes.ts';

export interface LogLine {
  level: LogLevel;
  message: string;
  at: Date;
  /** When it was printed, if its reader may continue after it: `FollowedLine.time`. */
  time?: string | undefined;
}

export interface BudgetLimits {
  /** Output is stored as it comes up to here, bytes. */
  beginning: number;
  /** The beginning, and what is kept of the ends. */
  output: number;
  /** With Shipmate's own lines. */
  all: number;
  /** An end never has less, as long as `all` is not used up. */
  leastEnd: number;
}

/** Ten megabytes are some hundred thousand lines. */
export const logLimits: BudgetLimits = {
  beginning: 4 * 1024 ** 2,
  output: 8 * 1024 ** 2,
  all: 10 * 1024 ** 2,
  leastEnd: 16 * 1024,
};

/**
 * Decides what a log keeps: the beginning of what programs print, and the end of each program, of which only that is in
 * memory. Each function returns the lines that are to be stored now.
 */
export interface LogBudget {
  output(line: LogLine): LogLine[];
  /** What Shipmate says is always kept, and ends the output before it. */
  own(line: LogLine): LogLine[];
  /** The end of the output, with a line that says how much is left out before it. */
  release(): LogLine[];
}

/** @param stored Bytes that the log has already. */
export function openBudget(stored: number, limits = logLimits): LogBudget {
  const left = { beginning: limits.beginning - stored, output: limits.output - stored, all: limits.all - stored };
  let ending: LogLine[] = [];
  let first = 0;
  let endingBytes = 0;
  let omitted = { lines: 0, bytes: 0 };

  function spend(bytes: number): void {
    left.beginning -= bytes;
    left.output -= bytes;
    left.all -= bytes;
  }

  /** Half of what is left: as many programs as there may be have an end. */
  function endLimit(): number {
    return Math.min(Math.max(left.output / 2, limits.leastEnd), left.all);
  }

  function dropOldest(): void {
    const line = ending[first];
    if (!line) return;
    first += 1;
    const bytes = sizeOf(line);
    endingBytes -= bytes;
    omitted = { lines: omitted.lines + 1, bytes: omitted.bytes + bytes };
    if (first < 1_000 || first < ending.length / 2) return;
    ending = ending.slice(first);
    first = 0;
  }

  function release(): LogLine[] {
    const kept = ending.slice(first);
    spend(endingBytes);
    const { bytes, lines } = omitted;
    const message = `${lines} lines (${formatSize(bytes)}) are left out here: the log holds ${formatSize(limits.all)}`;
    [ending, first, endingBytes, omitted] = [[], 0, 0, { lines: 0, bytes: 0 }];
    return lines === 0 ? kept : [{ level: 'warn', message, at: kept[0]?.at ?? new Date() }, ...kept];
  }

  return {
    output(line) {
      const bytes = sizeOf(line);
      if (ending.length === 0 && bytes <= left.beginning) {
        spend(bytes);
        return [line];
      }
      const begins = ending.length === 0 && omitted.lines === 0;
      left.beginning = 0;
      ending.push(line);
      endingBytes += bytes;
      while (endingBytes > endLimit() && first < ending.length) dropOldest();
      const message = 'The output is long: what follows is stored when this step ends';
      return begins ? [{ level: 'warn', message, at: line.at }] : [];
    },
    own(line) {
      spend(sizeOf(line));
      return [...release(), line];
    },
    release,
  };
}

/** With what ends the line in `deployments.logs`. */
export function sizeOf({ message }: Pick<LogLine, 'message'>): number {
  return Buffer.byteLength(message) + 1;
}
