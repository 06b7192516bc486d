import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';

/** Which of these texts are in what the Engine saves of an image: its layers, unpacked, and its configuration. */
export async function occurring(texts: string[], saved: NodeJS.ReadableStream): Promise<string[]> {
  const found = new Set<string>();
  const archive = extract();
  archive.on('entry', (_header, file, next) => void search(file, texts, found).then(() => next(), next));
  await pipeline(saved, archive);
  return [...found];
}

async function search(file: AsyncIterable<unknown>, texts: string[], found: Set<string>): Promise<void> {
  let end = Buffer.alloc(0);
  for await (const chunk of unpacked(file as AsyncIterable<Buffer>)) {
    const bytes = Buffer.concat([end, chunk]);
    for (const text of texts) if (bytes.includes(text)) found.add(text);
    end = bytes.subarray(-100);
  }
}

/** Layers come packed from an Engine with containerd's image store. */
async function* unpacked(file: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const chunks = file[Symbol.asyncIterator]();
  const { done, value: first } = await chunks.next();
  if (done) return;
  const whole = startingWith(first, { [Symbol.asyncIterator]: () => chunks });
  if (first.readUInt16BE(0) !== 0x1f8b) yield* whole;
  else yield* Readable.from(whole).pipe(createGunzip()) as AsyncIterable<Buffer>;
}

async function* startingWith(first: Buffer, rest: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  yield first;
  yield* rest;
}
