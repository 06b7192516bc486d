import { stripVTControlCharacters } from 'node:util';
import type { EngineMessage } from './json-lines.ts';
import type { BuildEvents } from '../swarm.ts';

/** Number of lines of a failed step to quote. */
const quoted = 15;
/** Of each of them, characters; the message is redacted and cut later. */
const quotedLength = 4_000;
/** Kept of a line that has not ended, characters: no view shows as much. */
const maxLine = 64 * 1024;

export interface BuildOutput {
  /** Resolves when what hears of the lines is ready for more. */
  add(message: EngineMessage): Promise<void>;
  /** What the error message says: the step that failed and its last lines. */
  describeFailure(error: string): string;
}

/** Reads the output of Docker's classic builder: `Step 2/5 : RUN npm ci`, then what the step prints. */
export function readBuildOutput({ onStep, onLine }: BuildEvents): BuildOutput {
  let rest = '';
  let step = '';
  let lines: string[] = [];

  function line(raw: string): unknown {
    const text = lastForm(stripVTControlCharacters(raw.replace(/\r$/, ''))).trimEnd();
    if (!text) return undefined;
    const match = /^Step (\d+)\/(\d+) : (.*)$/.exec(text);
    if (match) {
      step = text.slice(0, quotedLength);
      lines = [];
      onStep(Number(match[1]), Number(match[2]), match[3] ?? '');
    } else if (isOutput(text)) lines = [...lines, text.slice(0, quotedLength)].slice(-quoted);
    return onLine(text);
  }

  function keep(unfinished: string): void {
    rest = unfinished.length > maxLine ? lastForm(unfinished).slice(0, maxLine) : unfinished;
  }

  return {
    async add({ stream, status, id, progress }) {
      const parts = (rest + (stream ?? '')).split('\n');
      keep(parts.pop() ?? '');
      if (status && !progress) parts.unshift(id ? `${id}: ${status}` : status);
      for (const part of parts) {
        const heard = line(part);
        if (heard instanceof Promise) await heard;
      }
    },
    describeFailure(error) {
      if (rest) void line(rest);
      rest = '';
      const head = step ? `${step.replace(' : ', ' failed: ')}\n` : 'The build failed. ';
      return `${head}${[...lines, error.trim().slice(0, quotedLength)].join('\n')}`;
    },
  };
}

/** A progress bar redraws itself with carriage returns: only its last form counts. */
function lastForm(text: string): string {
  return text.slice(text.lastIndexOf('\r') + 1);
}

/** What the step itself printed, not the builder's ` ---> 3f2c…` and ` ---> Running in …`. */
function isOutput(text: string): boolean {
  return !text.startsWith(' --->') && !text.startsWith('Removing intermediate container ');
}
