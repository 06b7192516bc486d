import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { markFrames, readMarks } from '../../../src/backup-store/delta/marks.ts';
import { mostCompared } from '../../../src/backup-store/delta/place-frames.ts';
import { forwardWindow } from '../../../src/backup-store/delta/forward-window.ts';
import { readDelta } from '../../../src/backup-store/delta/read-delta.ts';
import { writeDelta } from '../../../src/backup-store/delta/write-delta.ts';
import { packText } from '../../../src/backup-store/pack-text.ts';
import { textFrames } from '../../../src/backup-store/text-frames.ts';
import { dumpText, noise, row, rows } from '../../support/dump-text.ts';

const digest = (data: Buffer) => createHash('sha256').update(data).digest('hex');

async function* chunks(data: Buffer, size = 65_536): AsyncGenerator<Buffer, void> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

async function all(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

async function marksOf(text: Buffer) {
  const marked = markFrames();
  for await (const frame of textFrames(chunks(text))) marked.add(frame);
  return readMarks(marked.result() ?? Buffer.alloc(0));
}

async function deltaOf(text: Buffer, reference: Buffer): Promise<Buffer> {
  const whole = () => ({ bytes: text.length, sha256: digest(text) });
  return all(writeDelta(chunks(text), chunks(reference), await marksOf(reference), whole));
}

const joined = (delta: Buffer, reference: Buffer, size?: number) =>
  all(readDelta(chunks(delta, size), chunks(reference, size)));

/** What the differences are to what the whole would be. */
async function shareOf(text: Buffer, reference: Buffer): Promise<number> {
  const delta = await deltaOf(text, reference);
  expect((await joined(delta, reference)).equals(text)).toBe(true);
  return delta.length / (await all(packText(chunks(reference)))).length;
}

describe('the differences of a dump to an earlier one', () => {
  const count = { 100: 80_000, 1_000: 12_000 };

  it.each([100, 1_000] as const)('are few with every hundredth row changed, of rows of %d bytes', async (bytes) => {
    const before = rows(count[bytes], bytes);
    const after = before.map((line, id) => (id % 100 === 0 ? row(id, bytes, `changed ${id}`) : line));
    expect(await shareOf(dumpText(after), dumpText(before))).toBeLessThan(0.05);
  });

  it('are few with the changed rows at the end, where PostgreSQL writes them', async () => {
    const before = rows(12_000, 1_000);
    const changed = before.map((_, id) => id).filter((id) => id % 100 === 0);
    const after = [...before.filter((_, id) => id % 100 > 0), ...changed.map((id) => row(id, 1_000, `changed ${id}`))];
    expect(await shareOf(dumpText(after), dumpText(before))).toBeLessThan(0.05);
  });

  it('are what was added, however much, wherever it is', async () => {
    const before = rows(12_000, 1_000);
    const added = Array.from({ length: 12_000 }, (_, id) => row(id + 50_000, 1_000));
    for (const at of [0, 6_000, 12_000]) {
      const share = await shareOf(dumpText(before.toSpliced(at, 0, ...added)), dumpText(before));
      expect(share).toBeGreaterThan(0.95);
      expect(share).toBeLessThan(1.15);
    }
  });

  it('are few when more was deleted than is kept in memory, and when a column was added', async () => {
    const before = rows(20_000, 1_000);
    expect(await shareOf(dumpText(before.toSpliced(3_000, 12_000)), dumpText(before))).toBeLessThan(0.1);
    expect(await shareOf(dumpText(before.map((line) => `${line}\tnew`)), dumpText(before))).toBeLessThan(0.1);
  });

  it('are few where a line has many rows, as MySQL writes them', async () => {
    const inLines = (tuples: string[]) => {
      const lines = Array.from({ length: Math.ceil(tuples.length / 900) }, (_, line) =>
        tuples.slice(line * 900, line * 900 + 900),
      );
      return Buffer.from(lines.map((line) => `INSERT INTO \`orders\` VALUES ${line.join(',')};\n`).join(''));
    };
    const before = Array.from({ length: 12_000 }, (_, id) => `(${id},'${noise(id, 1_000)}')`);
    const after = before.toSpliced(500, 1).map((one, at) => (at % 100 === 0 ? one.replace('(', '(1') : one));
    expect(await shareOf(inLines(after), inLines(before))).toBeLessThan(0.1);
  });

  it('are the same for what did not change since the differences before', async () => {
    const before = rows(12_000, 1_000);
    const edited = before.map((line, id) => (id % 50 === 0 ? row(id, 1_000, `changed ${id}`) : line));
    const first = await deltaOf(dumpText(edited), dumpText(before));
    const second = await deltaOf(dumpText(edited.with(11_990, 'another')), dumpText(before));
    const same = [...first].findIndex((byte, at) => byte !== second[at]);
    expect(same).toBeGreaterThan(first.length * 0.8);
  });

  it('bring back any bytes, whatever they are the differences to', async () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
      fc.integer({ min: 0, max: 40 }).map((from) =>
        Buffer.from(
          rows(from + 700, 900)
            .slice(from)
            .join('\n'),
        ),
      ),
      // What zstd would take for a trained dictionary.
      fc.constant(Buffer.from('37a430ec00000000', 'hex')),
      fc.integer({ min: 0, max: 5 }).map((byte) => Buffer.alloc(3_000_000, byte)),
    );
    const data = fc.array(piece, { maxLength: 5 }).map((pieces) => Buffer.concat(pieces));
    await fc.assert(
      fc.asyncProperty(data, data, fc.constantFrom(4_099, 65_536, 3_000_001), async (text, reference, size) => {
        const delta = await deltaOf(text, reference);
        expect((await joined(delta, reference, size)).equals(text)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('are not read when they, or what they refer to, were cut short or changed', async () => {
    const before = dumpText(rows(4_000, 1_000));
    const after = dumpText(rows(4_000, 1_000).map((line, id) => (id % 100 === 0 ? `${line}!` : line)));
    const delta = await deltaOf(after, before);
    await expect(joined(delta.subarray(0, -1), before)).rejects.toThrow('the differences break off');
    await expect(joined(delta.subarray(0, -48), before)).rejects.toThrow('the differences break off');
    await expect(joined(Buffer.concat([delta, Buffer.from('x')]), before)).rejects.toThrow('something follows');
    await expect(joined(before, before)).rejects.toThrow('these are no differences to another backup');
    await expect(joined(delta, before.subarray(0, -1_000_000))).rejects.toThrow('depends on breaks off');
    const other = Buffer.from(before);
    for (let at = 1_000; at < other.length; at += 1_000) other.writeUInt8(other.readUInt8(at) ^ 1, at);
    await expect(joined(delta, other)).rejects.toThrow();
    const changed = Buffer.from(delta);
    for (let at = 100; at < changed.length; at += 100) changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    await expect(joined(changed, before)).rejects.toThrow();
  });

  it('that want more memory than any that are written are refused', async () => {
    const delta = await deltaOf(dumpText(rows(10, 100)), Buffer.alloc(0));
    // Behind the name: the head of the first piece, and in it the lengths of its frame, its text, and the reference’s part.
    for (const at of [32, 36, 48]) {
      const greedy = Buffer.from(delta);
      greedy.writeUInt32LE(0x7fffffff, at);
      await expect(joined(greedy, Buffer.alloc(0))).rejects.toThrow('these are no differences to another backup');
    }
  });
});

describe('the reference', () => {
  it('is read once, with no more of it in memory than one frame is compared with', async () => {
    const before = dumpText(rows(60_000, 1_000));
    let read = 0;
    async function* reference() {
      for await (const chunk of chunks(before)) {
        read += chunk.length;
        yield chunk;
      }
    }
    const window = forwardWindow(reference());
    let most = 0;
    for (let from = 0; from < before.length; from += 1_500_000) {
      const part = await window.part(from, from + mostCompared);
      expect(part.equals(before.subarray(from, from + mostCompared))).toBe(true);
      most = Math.max(most, window.size);
    }
    expect(read).toBe(before.length);
    expect(most).toBeLessThanOrEqual(mostCompared + 2 * 65_536);
    await expect(window.part(0, 10)).rejects.toThrow('wanted again');
  });

  it('has marks whose number and size are known', async () => {
    const marked = markFrames();
    const frame = Buffer.from('a line\n');
    for (let count = 0; count < 128 * 1024; count += 1) marked.add(frame);
    expect(marked.result()?.length).toBe(1024 * 1024);
    marked.add(frame);
    expect(marked.result()).toBeUndefined();
  });
});
