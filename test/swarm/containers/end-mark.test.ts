import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { EngineAwayError } from '../../../src/swarm/engine-errors.ts';
import { upToEndMark, withEndMark } from '../../../src/swarm/containers/end-mark.ts';

function printed(command: string[]): Buffer {
  const [program = '', ...args] = withEndMark(command);
  return execFileSync(program, args);
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer, string> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  return 'complaint';
}

async function read(bytes: Buffer, size: number): Promise<[string, string]> {
  const output = upToEndMark(inPieces(bytes, size));
  let text = '';
  for (;;) {
    const next = await output.next();
    if (next.done) return [text, next.value];
    text += next.value.toString('latin1');
  }
}

const text = 'insert 1\n'.repeat(40);

describe('the output of a program', () => {
  it.each([1, 7, 14, 15, 16, 40, 1_000])('is whole up to its mark, in pieces of %i bytes', async (size) => {
    expect(await read(printed(['printf', '%s', text]), size)).toEqual([text, 'complaint']);
    expect(await read(printed(['true']), size)).toEqual(['', 'complaint']);
  });

  it.each([0, 1, 100, 360, 374])('is refused when it ends after %i bytes, before the mark', async (length) => {
    const bytes = printed(['printf', '%s', text]).subarray(0, length);
    await expect(read(bytes, 40)).rejects.toThrow(EngineAwayError);
  });

  it('keeps the exit code of the program', () => {
    expect(() => printed(['sh', '-c', 'exit 3'])).toThrow(expect.objectContaining({ status: 3 }));
  });
});
