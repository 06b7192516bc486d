import { stripVTControlCharacters } from 'node:util';
import type { EngineMessage } from './json-lines.ts';
import type { BuildEvents } from '../swarm.ts';

/** How many lines of a failing step are quoted. */
const quoted = 15;

export interface BuildOutput {
  add(message: EngineMessage): void;
  /** What the error message says: the step that failed and its last lines. */
  describeFailure(error: string): string;
}

/** Reads the output of Docker's classic builder: `Step 2/5 : RUN npm ci`, then what the step prints. */
export function readBuildOutput({ onStep, onLine }: BuildEvents): BuildOutput {
  let rest = '';
  let step = '';
  let lines: string[] = [];

  function line(raw: string): void {
    // A progress bar redraws itself with carriage returns: only its last form counts.
    const text = stripVTControlCharacters(raw.replace(/\r$/, '').split('\r').at(-1) ?? '').trimEnd();
    if (!text) return;
    const match = /^Step (\d+)\/(\d+) : (.*)$/.exec(text);
    if (match) {
      step = text;
      lines = [];
      onStep(Number(match[1]), Number(match[2]), match[3] ?? '');
    } else if (isOutput(text)) lines = [...lines, text].slice(-quoted);
    onLine(text);
  }

  return {
    add({ stream, status, id, progress }) {
      if (status && !progress) line(id ? `${id}: ${status}` : status);
      const parts = (rest + (stream ?? '')).split('\n');
      rest = parts.pop() ?? '';
      parts.forEach(line);
    },
    describeFailure(error) {
      if (rest) line(rest);
      rest = '';
      const head = step ? `${step.replace(' : ', ' failed: ')}\n` : 'The build failed. ';
      return `${head}${[...lines, error.trim()].join('\n')}`;
    },
  };
}

/** What the step itself printed, not the builder's ` ---> 3f2c…` and ` ---> Running in …`. */
function isOutput(text: string): boolean {
  return !text.startsWith(' --->') && !text.startsWith('Removing intermediate container ');
}
