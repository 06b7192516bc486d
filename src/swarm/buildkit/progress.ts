import { StringDecoder } from 'node:string_decoder';
import { createPrintedLines, type PrintedLines } from '../printed-lines.ts';
import { quotedLength, quotedLines } from '../quoted-output.ts';
import type { BuildEvents } from '../swarm.ts';
import type { Trace, Vertex, VertexLog } from './trace.ts';

/** The step at which a build failed. */
export interface FailedStep {
  /** e.g. `Step 2/5`; undefined for what BuildKit does of itself. */
  place?: string;
  /** The instruction, or what BuildKit calls the step. */
  text: string;
  /** What it printed last. */
  lines: string[];
  error: string;
}

export interface BuildProgress {
  /** Resolves when what hears of the lines is ready for more; throws what it throws about an image. */
  add(trace: Trace): Promise<void>;
  /** After the last one. */
  end(): Promise<void>;
  failed(): FailedStep | undefined;
}

interface Step {
  /** The instruction, with the name of its stage if there are several. */
  text: string;
  isNumbered: boolean;
  /** Its place among the steps that have started; 0 before. */
  number: number;
  isOver: boolean;
  decoder: StringDecoder;
  printed: PrintedLines;
  /** What it printed last. */
  lines: string[];
  error: string;
}

/** Of its own, for a context that comes as a tar stream. */
const unsaid = new Set(['[internal] load remote build context', 'copy /context /']);

/**
 * Reads what BuildKit tells about a build, and puts it as the classic builder does: `Step 2/5: RUN npm ci`, then what the
 * step prints. Steps of several stages are counted through in the order in which they start; some run at the same time.
 */
export function readProgress({ onImage, onLine, onStep }: BuildEvents): BuildProgress {
  const steps = new Map<string, Step>();
  const warned = new Set<string>();
  let numbered = 0;
  let started = 0;
  let speaking: Step | undefined;

  function place({ isNumbered, number, text }: Step): string {
    return isNumbered ? `Step ${number}/${numbered}: ${text}` : text;
  }

  async function vertex(changed: Vertex): Promise<void> {
    const step = steps.get(changed.digest);
    if (!step) return;
    if (changed.started && step.number === 0) {
      if (step.isNumbered) onStep((step.number = started += 1), numbered, step.text);
      else step.number = 1;
      speaking = step;
      if (!unsaid.has(step.text)) await onLine(place(step) + (changed.cached ? ' (cached)' : ''));
      step.isOver = changed.cached;
    }
    if (changed.completed && !step.isOver) await over(step, changed);
    if (changed.error) step.error = changed.error;
  }

  async function over(step: Step, { cached, error }: Vertex): Promise<void> {
    step.isOver = true;
    if (cached && step.isNumbered) await onLine(`Step ${step.number}/${numbered} is cached`);
    for (const line of step.printed.end()) await print(step, line);
    if (!error) step.lines = [];
  }

  async function log({ msg, vertex: digest }: VertexLog): Promise<void> {
    const step = steps.get(digest);
    if (!step) return;
    for (const line of step.printed.add(step.decoder.write(Buffer.from(msg)))) await print(step, line);
  }

  async function print(step: Step, line: string): Promise<void> {
    step.lines = [...step.lines, line.slice(0, quotedLength)].slice(-quotedLines);
    if (speaking !== step) await onLine(place(step));
    speaking = step;
    const heard = onLine(line);
    if (heard instanceof Promise) await heard;
  }

  return {
    async add({ logs, vertexes, warnings }) {
      for (const { digest, name } of vertexes) {
        if (steps.has(digest)) continue;
        const step = newStep(name);
        steps.set(digest, step);
        if (step.isNumbered) numbered += 1;
        for (const image of imagesIn(name)) await onImage?.(image);
      }
      // What ran before speaks before what begins.
      const running = logs.filter((one) => (steps.get(one.vertex)?.number ?? 0) > 0);
      for (const one of running) await log(one);
      for (const one of vertexes) if (one.started) await vertex({ ...one, completed: null, error: '' });
      for (const one of logs) if (!running.includes(one)) await log(one);
      for (const one of vertexes) await vertex(one);
      for (const { short, url } of warnings) {
        const said = `Warning: ${Buffer.from(short).toString()}${url && ` (${url})`}`;
        if (warned.has(said)) continue;
        warned.add(said);
        await onLine(said);
      }
    },
    async end() {
      for (const step of steps.values()) for (const line of step.printed.end()) await print(step, line);
    },
    failed() {
      const found = [...steps.values()].find(({ error }) => error && !error.endsWith('context canceled'));
      if (!found) return undefined;
      const { error, isNumbered, lines, number, text } = found;
      return { text, lines, error, ...(isNumbered && { place: `Step ${number}/${numbered}` }) };
    },
  };
}

/**
 * What a step may load: the image it says, and what it copies from or mounts. Those of a base's triggers are told nowhere
 * else (Engine 20.10). What is the name of a stage is told too.
 */
function imagesIn(name: string): string[] {
  const [, loaded] = /^\[(?:internal|context \S+)\] load metadata for (\S+)$/.exec(name) ?? [];
  if (loaded !== undefined) return [loaded];
  const sources = name.matchAll(/\s--from=(\S+)|\s--mount=(?:\S*,)?from=([^\s,]+)/g);
  return [...sources].map(([, copied, mounted]) => copied ?? mounted ?? '').filter(mayBeImage);
}

/** Stages have numbers too, and capitals, which images do not. */
function mayBeImage(source: string): boolean {
  return /^[a-z0-9][a-z0-9._/:@-]*$/.test(source) && !/^\d+$/.test(source);
}

/** `[build 2/5] RUN npm ci`; a single stage has no name. */
function newStep(name: string): Step {
  const [, stage, text] = /^\[(?:(.+) )?\d+\/\d+\] ([\s\S]*)$/.exec(name) ?? [];
  const line = asWritten(text ?? name).slice(0, quotedLength);
  return {
    text: stage === undefined || /^stage-\d+$/.test(stage) ? line : `${line} (${stage})`,
    isNumbered: text !== undefined,
    number: 0,
    isOver: false,
    decoder: new StringDecoder('utf8'),
    printed: createPrintedLines(),
    lines: [],
    error: '',
  };
}

/** On one line; an image without what BuildKit adds to its name. */
function asWritten(instruction: string): string {
  return instruction
    .replaceAll(/\s*\n\s*/g, ' ')
    .replace(/^FROM (?:docker\.io\/(?:library\/)?)?([^\s@]+:[^\s@]+)@sha256:[\da-f]+$/, 'FROM $1')
    .replace(/^FROM docker\.io\/(?:library\/)?/, 'FROM ');
}
