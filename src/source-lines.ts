import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';

/** Maps are large, and errors come in groups: one is kept so long after it was read, milliseconds. */
const keptMs = 60_000;

const maps = new Map<string, SourceMap | undefined>();

/**
 * A stack with the files and lines of the sources, where production runs a bundle of them (`scripts/bundle/`). A stack
 * without lines of a bundle is left as it is.
 */
export function sourceLines(stack: string): string {
  return stack.replaceAll(/(file:\/\/[^\s()]+[.]bundle[.]mjs):(\d+):(\d+)/g, (found, url: string, line, column) => {
    const entry = mapOf(url)?.findOrigin(Number(line), Number(column));
    if (!entry || !('fileName' in entry)) return found;
    return `${new URL(entry.fileName, url).href}:${entry.lineNumber}:${entry.columnNumber}`;
  });
}

function mapOf(url: string): SourceMap | undefined {
  if (!maps.has(url)) {
    maps.set(url, readMap(url));
    setTimeout(() => maps.delete(url), keptMs).unref();
  }
  return maps.get(url);
}

/** Undefined where the file was removed: an error is logged all the same. */
function readMap(url: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(new URL(`${url}.map`), 'utf8')) as SourceMapPayload);
  } catch {
    return undefined;
  }
}
