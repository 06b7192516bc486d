import { cleaned, createPrintedLines } from '../printed-lines.ts';
import { quotedLength, quotedLines } from '../quoted-output.ts';
import { saysFull } from '../../host/full-disk.ts';
import type { EngineMessage } from './json-lines.ts';
import type { BuildEvents } from '../swarm.ts';

const freeSpace = 'The disk of the Docker host is full. Free space there (`docker system df`), then deploy again.';

export interface BuildOutput {
  /** Resolves when what hears of the lines is ready for more. */
  add(message: EngineMessage): Promise<void>;
  /** What the error message says: the step that failed and its last lines. */
  describeFailure(error: string): string;
}

/** Reads the output of Docker's classic builder: `Step 2/5 : RUN npm ci`, then what the step prints. */
export function readBuildOutput({ onStep, onLine }: BuildEvents): BuildOutput {
  const printed = createPrintedLines();
  let step = '';
  let lines: string[] = [];

  function line(text: string): unknown {
    const match = /^Step (\d+)\/(\d+) : (.*)$/.exec(text);
    if (match) {
      step = text.slice(0, quotedLength);
      lines = [];
      onStep(Number(match[1]), Number(match[2]), match[3] ?? '');
    } else if (isOutput(text)) lines = [...lines, text.slice(0, quotedLength)].slice(-quotedLines);
    return onLine(text);
  }

  return {
    async add({ stream, status, id, progress }) {
      const said = status && !progress ? [cleaned(id ? `${id}: ${status}` : status)] : [];
      for (const text of [...said, ...printed.add(stream ?? '')]) {
        const heard = text && line(text);
        if (heard instanceof Promise) await heard;
      }
    },
    describeFailure(error) {
      for (const text of printed.end()) void line(text);
      const head = step ? `${step.replace(' : ', ' failed: ')}\n` : 'The build failed. ';
      const said = [...lines, error.trim().slice(0, quotedLength)];
      return `${head}${(said.some(saysFull) ? [...said, freeSpace] : said).join('\n')}`;
    },
  };
}

/** What the step itself printed, not the builder's ` ---> 3f2c…` and ` ---> Running in …`. */
function isOutput(text: string): boolean {
  return !text.startsWith(' --->') && !text.startsWith('Removing intermediate container ');
}
