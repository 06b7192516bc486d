import { isMap, LineCounter, parseDocument } from 'yaml';
import { interpolate, type Lookup } from './interpolate.ts';
import { lineFinder } from './positions.ts';
import { ComposeError, type Problem } from './problems.ts';
import { showPath } from './refused.ts';
import { formatSize } from '../units/sizes.ts';

/** Larger files are no compose files, bytes. */
const maxBytes = 1024 ** 2;

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
  if (source.length > maxBytes)
    throw new ComposeError(file, [{ line: 1, text: `it is larger than ${formatSize(maxBytes)}` }]);
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, merge: true, intAsBigInt: true, prettyErrors: false });
  const faults = [...document.errors, ...document.warnings].map(({ message, pos: [at] }) => ({
    line: lines.linePos(at).line,
    text: message,
  }));
  if (faults.length > 0) throw new ComposeError(file, faults);
  if (!isMap(document.contents)) throw new ComposeError(file, [{ line: 1, text: 'it is no map with `services`' }]);
  const lineOf = lineFinder(document, lines);
  const missing = new Set<string>();
  const problems: Problem[] = [];
  const fill = (text: string, path: PropertyKey[]) => {
    try {
      return interpolate(text, lookup, (variable) => missing.add(variable));
    } catch (error) {
      problems.push({ path, text: `${showPath(path)}: ${error instanceof Error ? error.message : String(error)}` });
      return '';
    }
  };
  const content = plain(toJs(file, document), [], fill);
  if (problems.length > 0) {
    throw new ComposeError(
      file,
      problems.map(({ path, text }) => ({ line: lineOf(path), text })),
    );
  }
  return { content, lineOf, missing: [...missing].sort() };
}

/** A few aliases can stand for billions of nodes. */
function toJs(file: string, document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 1_000 });
  } catch (error) {
    throw new ComposeError(file, [{ line: 1, text: error instanceof Error ? error.message : String(error) }]);
  }
}

type Fill = (text: string, path: PropertyKey[]) => string;

function plain(value: unknown, path: PropertyKey[], fill: Fill): unknown {
  if (typeof value === 'string') return fill(value, path);
  // Large numbers are names of something, and have to stay as they were written.
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Array.isArray(value)) return value.map((one, at) => plain(one, [...path, at], fill));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !key.startsWith('x-'))
      .map(([key, one]) => [key, plain(one, [...path, key], fill)]),
  );
}
