import { isMap, LineCounter, parseDocument } from 'yaml';
import { goNumbers } from './go-numbers.ts';
import { type Budget, interpolate, type Lookup } from './interpolate.ts';
import { Marked, marks } from './marks.ts';
import type { FindPlace, Origins } from './origins.ts';
import { lineFinder } from './positions.ts';
import { ComposeError, type Problem } from './problems.ts';
import { showPath } from './refused.ts';
import { formatSize } from '../units/sizes.ts';

/** Largest compose file, bytes. */
const maxBytes = 1024 ** 2;
/** Most values, counting those repeated by aliases: a few aliases can expand to billions. */
const maxValues = 50_000;
/** Twice as deep as any key that is supported. */
const maxDepth = 20;

export interface Reading {
  /** As people know it, e.g. `compose.yaml`. */
  file: string;
  /** Whether the application names another one, which is told with every line (default false). */
  isOther?: boolean;
  lookup: Lookup;
  /** Is told of variables that have neither value nor default. */
  onMissing: (variable: string) => void;
  /** Of all files together. */
  budget: Budget;
  /** Learns where everything is. */
  origins: Origins;
}

/**
 * Reads YAML 1.2 with anchors and merge keys, drops `x-` keys, and fills in variables of values, not of keys.
 * @throws {ComposeError} with everything that is wrong.
 */
export function readYaml(source: string, reading: Reading): Record<string, unknown> {
  const { budget, file, isOther = false, lookup, onMissing, origins } = reading;
  const { document, lineOf } = parse(file, source);
  const problems: Problem[] = [];
  const fill = (text: string, path: PropertyKey[]) => {
    try {
      return interpolate(text, lookup, onMissing, budget);
    } catch (error) {
      problems.push({ path, text: `${showPath(path)}: ${error instanceof Error ? error.message : String(error)}` });
      return '';
    }
  };
  const find: FindPlace = (path) => ({ line: lineOf(path), ...(isOther && { file }) });
  const content = plain(toJs(file, document), [], { file, fill, find, origins, values: maxValues });
  if (problems.length > 0) {
    throw new ComposeError(
      file,
      problems.map(({ path, text }) => ({ line: lineOf(path), text })),
    );
  }
  return content as Record<string, unknown>;
}

type Parsed = ReturnType<typeof parseDocument>;

function parse(file: string, source: string): { document: Parsed; lineOf: (path: readonly PropertyKey[]) => number } {
  if (source.length > maxBytes) {
    throw new ComposeError(file, [{ line: 1, text: `it is larger than ${formatSize(maxBytes)}` }]);
  }
  const lines = new LineCounter();
  const document = parseDocument(source, {
    lineCounter: lines,
    merge: true,
    intAsBigInt: true,
    customTags: (tags) => [...goNumbers, ...marks, ...tags],
    prettyErrors: false,
    // Warnings would go to standard error, with the file's text in them; they are read below.
    logLevel: 'error',
  });
  // The parser calls itself for every level, until the stack is full.
  if (document.errors.some(({ code }) => code === 'RESOURCE_EXHAUSTION')) throw tooDeep(file);
  const faults = [...document.errors, ...document.warnings].map(({ message, pos: [at] }) => ({
    line: lines.linePos(at).line,
    text: message,
  }));
  if (faults.length > 0) throw new ComposeError(file, faults);
  if (!isMap(document.contents)) throw new ComposeError(file, [{ line: 1, text: 'it is not a map with `services`' }]);
  return { document, lineOf: lineFinder(document, lines) };
}

function toJs(file: string, document: Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 1_000 });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === 'RangeError') throw tooDeep(file);
    throw new ComposeError(file, [{ line: 1, text: error.message }]);
  }
}

function tooDeep(file: string): ComposeError {
  return new ComposeError(file, [{ line: 1, text: `it is nested more than ${maxDepth} levels deep` }]);
}

/** Maps whose keys the author chooses, where `x-` begins a name like any other. */
const authorsMaps = new Set([
  'services',
  'volumes',
  'networks',
  'secrets',
  'configs',
  ...['environment', 'labels', 'args', 'extra_hosts', 'depends_on', 'networks', 'sysctls', 'ulimits'].map(
    (key) => `services.*.${key}`,
  ),
  ...['build.args', 'build.labels', 'deploy.labels'].map((key) => `services.*.${key}`),
  'volumes.*.driver_opts',
]);

function isNamedByAuthor(path: readonly PropertyKey[]): boolean {
  return path.length < 5 && authorsMaps.has(path.map((part, at) => (at === 1 ? '*' : String(part))).join('.'));
}

interface Walk {
  file: string;
  fill: (text: string, path: PropertyKey[]) => string;
  find: FindPlace;
  origins: Origins;
  /** How many more there may be. */
  values: number;
}

function plain(value: unknown, path: PropertyKey[], walk: Walk): unknown {
  walk.values -= 1;
  if (walk.values < 0) {
    const text = `it has more than ${maxValues} values, counting those repeated by aliases`;
    throw new ComposeError(walk.file, [{ line: 1, text }]);
  }
  if (path.length > maxDepth) throw tooDeep(walk.file);
  if (typeof value === 'string') return walk.fill(value, path);
  // Large numbers are identifiers and must keep their spelling.
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Marked) return plain(value.value, path, walk);
  if (typeof value !== 'object' || value === null) return value;
  const found = Array.isArray(value)
    ? value.filter((one) => !isReset(one)).map((one, at) => plain(one, [...path, at], walk))
    : Object.fromEntries(
        Object.entries(value)
          .filter(([key, one]) => (!key.startsWith('x-') || isNamedByAuthor(path)) && !isReset(one))
          .map(([key, one]) => [key, plain(one, [...path, key], walk)]),
      );
  walk.origins.read(found, { find: walk.find, path });
  for (const [key, one] of Object.entries(value)) {
    if (one instanceof Marked) walk.origins.mark(found, key, one.kind);
  }
  return found;
}

function isReset(value: unknown): boolean {
  return value instanceof Marked && value.kind === 'reset';
}
