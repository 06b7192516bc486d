import { isMap, LineCounter, parseDocument } from 'yaml';
import { goNumbers } from './go-numbers.ts';
import { createBudget, interpolate, type Lookup } from './interpolate.ts';
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

export interface ReadFile {
  content: unknown;
  lineOf: (path: readonly PropertyKey[]) => number;
  /** Variables that have neither value nor default. */
  missing: string[];
}

/**
 * Reads YAML 1.2 with anchors and merge keys, drops `x-` keys, and fills in variables of values, not of keys.
 * @throws {ComposeError} with everything that is wrong.
 */
export function readYaml(file: string, source: string, lookup: Lookup): ReadFile {
  const { document, lineOf } = parse(file, source);
  const missing = new Set<string>();
  const problems: Problem[] = [];
  const budget = createBudget();
  const fill = (text: string, path: PropertyKey[]) => {
    try {
      return interpolate(text, lookup, (variable) => missing.add(variable), budget);
    } catch (error) {
      problems.push({ path, text: `${showPath(path)}: ${error instanceof Error ? error.message : String(error)}` });
      return '';
    }
  };
  const content = plain(toJs(file, document), [], { file, fill, values: maxValues });
  if (problems.length > 0) {
    throw new ComposeError(
      file,
      problems.map(({ path, text }) => ({ line: lineOf(path), text })),
    );
  }
  return { content, lineOf, missing: [...missing].sort() };
}

type Parsed = ReturnType<typeof parseDocument>;

function parse(file: string, source: string): { document: Parsed; lineOf: ReadFile['lineOf'] } {
  if (source.length > maxBytes) {
    throw new ComposeError(file, [{ line: 1, text: `it is larger than ${formatSize(maxBytes)}` }]);
  }
  const lines = new LineCounter();
  const document = parseDocument(source, {
    lineCounter: lines,
    merge: true,
    intAsBigInt: true,
    customTags: (tags) => [...goNumbers, ...tags],
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

interface Reading {
  file: string;
  fill: (text: string, path: PropertyKey[]) => string;
  /** How many more there may be. */
  values: number;
}

function plain(value: unknown, path: PropertyKey[], reading: Reading): unknown {
  reading.values -= 1;
  if (reading.values < 0) {
    const text = `it has more than ${maxValues} values, counting those repeated by aliases`;
    throw new ComposeError(reading.file, [{ line: 1, text }]);
  }
  if (path.length > maxDepth) throw tooDeep(reading.file);
  if (typeof value === 'string') return reading.fill(value, path);
  // Large numbers are identifiers and must keep their spelling.
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Array.isArray(value)) return value.map((one, at) => plain(one, [...path, at], reading));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !key.startsWith('x-') || isNamedByAuthor(path))
      .map(([key, one]) => [key, plain(one, [...path, key], reading)]),
  );
}
