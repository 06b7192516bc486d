import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { programsFolder } from '../../scripts/support/ingress-image.ts';
import { packText, unpackText } from '../../src/backup-store/pack-text.ts';
import { textFrames } from '../../src/backup-store/text-frames.ts';
import { findProgram } from '../../src/host/find-program.ts';

const digest = (text: string | number) => createHash('sha256').update(String(text)).digest('hex');

/** Rows like those of a dump. */
function rows(count: number, bytes: number): string[] {
  return Array.from(
    { length: count },
    (_, n) =>
      `${n}\t${digest(n)
        .repeat(Math.ceil(bytes / 64))
        .slice(0, bytes)}\n`,
  );
}

async function* chunks(data: Buffer, size: number): AsyncIterable<Buffer> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

async function all(source: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const parts: Buffer[] = [];
  for await (const part of source) parts.push(part);
  return parts;
}

const framesOf = async (text: string, size = 65_536) =>
  (await all(textFrames(chunks(Buffer.from(text), size)))).map((frame) => frame.toString());

const packed = async (data: Buffer) => Buffer.concat(await all(packText(chunks(data, 65_536))));
const unpacked = async (data: Buffer, size: number) => Buffer.concat(await all(unpackText(chunks(data, size))));

describe('text on its way to the store', () => {
  it.each([20, 1_000, 50_000])(
    'is cut between lines, the same behind a change, with rows of %d bytes',
    async (bytes) => {
      const lines = rows(16_000_000 / bytes, bytes);
      const before = await framesOf(lines.join(''));
      expect(before.join('')).toBe(lines.join(''));
      expect(before.every((frame) => frame.endsWith('\n'))).toBe(true);
      expect(before.length).toBeGreaterThan(16);
      lines.splice(Math.floor(lines.length / 4), 1, 'another\n', 'and one more\n');
      const known = new Set(before);
      const added = (await framesOf(lines.join(''))).filter((frame) => !known.has(frame));
      expect(Buffer.byteLength(added.join(''))).toBeLessThan(6_000_000);
    },
  );

  it('is cut the same however it arrives', async () => {
    const text = rows(10_000, 1_000).join('');
    expect(await framesOf(text, 1_000)).toEqual(await framesOf(text, 3_000_000));
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['one line without an end', Buffer.from('select 1')],
    ['one line that is longer than a frame', Buffer.alloc(5_000_000, 'x')],
    ['many lines', Buffer.from(rows(40_000, 100).join(''))],
  ])('comes back: %s', async (_, text) => {
    const stored = await packed(text);
    for (const size of [7, 4_096, 10_000_000]) {
      if (stored.length / size < 100_000) expect((await unpacked(stored, size)).equals(text)).toBe(true);
    }
  });

  it('is read by zstd', async () => {
    const text = Buffer.from(rows(40_000, 100).join(''));
    const stored = await packed(text);
    const program = await findProgram('zstd', programsFolder);
    const read = await new Promise<Buffer>((resolve, reject) => {
      const options = { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 } as const;
      const child = execFile(program, ['-d', '-c'], options, (error, out) => (error ? reject(error) : resolve(out)));
      child.stdin?.end(stored);
    });
    expect(read.equals(text)).toBe(true);
  });

  it('is refused when it was cut short, changed, or is something else', async () => {
    const stored = await packed(Buffer.from(rows(10_000, 100).join('')));
    await expect(unpacked(stored.subarray(0, -1), 4_096)).rejects.toThrow('breaks off within a frame');
    await expect(unpacked(stored.subarray(0, 5), 4_096)).rejects.toThrow('breaks off within a frame');
    await expect(unpacked(Buffer.from('COPY orders FROM stdin;'), 4_096)).rejects.toThrow('no packed text');
    const changed = Buffer.from(stored);
    changed.writeUInt8(changed.readUInt8(1_000) ^ 1, 1_000);
    await expect(unpacked(changed, 4_096)).rejects.toThrow();
  });
});
