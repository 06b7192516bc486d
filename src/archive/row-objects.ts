import { createHash } from 'node:crypto';
import { Readable, Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { UserError } from '../errors.ts';
import { readLines } from '../text-lines.ts';
import { formatSize } from '../units/sizes.ts';
import type { Archive } from './archive.ts';

/**
 * What is known of an object of rows: lines of JSON, compressed. Written after the object, so it says that it is whole.
 */
export interface Manifest {
  object: string;
  format: 'ndjson+gzip';
  rows: number;
  /** Compressed. */
  bytes: number;
  /** Of the compressed bytes, in hex. */
  sha256: string;
  /** ISO 8601. */
  createdAt: string;
  /** More details from the writer. */
  about: Record<string, unknown>;
}

const manifestSuffix = '.manifest.json';

/** A row holds the log of a deployment, 10 MiB that JSON may write six times as long; older logs had no limit. Characters. */
const longestRow = 128 * 1024 ** 2;
/** A manifest has a few hundred bytes. */
const largestManifest = 1024 ** 2;

/**
 * Stores rows as one object, reads it back, and only then writes its manifest. An object that is there already, and
 * whole, is taken as it is: give the same name to the same rows only.
 */
export async function archiveRows(
  archive: Archive,
  request: { name: string; rows: AsyncIterable<object>; about: Record<string, unknown>; signal: AbortSignal },
): Promise<Manifest> {
  const { name, rows, about, signal } = request;
  const known = await readManifest(archive, name);
  if (known) {
    await verify(archive, known, signal);
    return known;
  }
  const counted = { rows: 0 };
  const measure = countAndHash();
  const gzip = createGzip({ level: 6 });
  const flow = pipeline(Readable.from(lines(rows, counted)), gzip, measure.stream, { signal });
  const [put, flowed] = await Promise.allSettled([archive.put(name, measure.stream, signal), flow]);
  // Report the store's error first: the pipeline only knows that it was closed early.
  if (put.status === 'rejected') throw put.reason;
  if (flowed.status === 'rejected') throw flowed.reason;
  const createdAt = new Date().toISOString();
  const manifest: Manifest = { object: name, format: 'ndjson+gzip', ...counted, ...measure.result(), createdAt, about };
  await verify(archive, manifest, signal);
  await archive.put(`${name}${manifestSuffix}`, Readable.from([`${JSON.stringify(manifest, null, 2)}\n`]), signal);
  return manifest;
}

/** The manifests of the objects whose names begin so, in the order of their names. */
export async function listManifests(archive: Archive, prefix: string): Promise<Manifest[]> {
  const found: Manifest[] = [];
  for (const { name } of await archive.list(prefix)) {
    if (!name.endsWith(manifestSuffix)) continue;
    const manifest = await readManifest(archive, name.slice(0, -manifestSuffix.length));
    if (manifest) found.push(manifest);
  }
  return found;
}

export async function readManifest(archive: Archive, name: string): Promise<Manifest | undefined> {
  if (!(await archive.head(`${name}${manifestSuffix}`))) return undefined;
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of await archive.get(`${name}${manifestSuffix}`)) {
    parts.push(Buffer.from(part as Uint8Array));
    bytes += (part as Uint8Array).length;
    if (bytes > largestManifest) throw tooLong(archive, `${name}${manifestSuffix}`, largestManifest);
  }
  return JSON.parse(Buffer.concat(parts).toString('utf8')) as Manifest;
}

/**
 * The rows of an object, one after the other.
 * @param longest Of a row, characters.
 * @throws {NotFoundError}
 * @throws {UserError} when a row is longer.
 */
export async function* readRows<Row>(archive: Archive, name: string, longest = longestRow): AsyncGenerator<Row> {
  const stored = await archive.get(name);
  const unzipped = createGunzip();
  const flow = pipeline(stored, unzipped);
  // Whoever has read enough closes the streams, which is no failure.
  flow.catch(() => undefined);
  try {
    for await (const { cut, text } of readLines(unzipped, longest)) {
      if (cut) throw tooLong(archive, name, longest);
      yield JSON.parse(text) as Row;
    }
    await flow;
  } finally {
    stored.destroy();
    unzipped.destroy();
  }
}

function tooLong(archive: Archive, name: string, most: number): UserError {
  return new UserError(
    `\`${name}\` in ${archive.location} has a line of more than ${formatSize(most)}, so Shipmate did not write it. ` +
      'Restore the object, or remove it together with its manifest.',
  );
}

async function verify(archive: Archive, manifest: Manifest, signal: AbortSignal): Promise<void> {
  const measure = countAndHash();
  const newlines = { count: 0 };
  await pipeline(await archive.get(manifest.object), measure.stream, createGunzip(), countNewlines(newlines), {
    signal,
  });
  const found = { rows: newlines.count, ...measure.result() };
  const { rows, bytes, sha256 } = manifest;
  if (found.rows !== rows || found.bytes !== bytes || found.sha256 !== sha256) {
    throw new Error(
      `${manifest.object} in ${archive.location} differs from what was written: ${JSON.stringify(found)}`,
    );
  }
}

async function* lines(rows: AsyncIterable<object>, counted: { rows: number }): AsyncGenerator<string> {
  for await (const row of rows) {
    counted.rows += 1;
    yield `${JSON.stringify(row)}\n`;
  }
}

/** Passes bytes on and knows their number and checksum at the end. */
function countAndHash() {
  const hash = createHash('sha256');
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  return { stream, result: () => ({ bytes, sha256: hash.digest('hex') }) };
}

function countNewlines(counted: { count: number }) {
  return async (source: AsyncIterable<Buffer>) => {
    for await (const chunk of source) {
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) counted.count += 1;
    }
  };
}
