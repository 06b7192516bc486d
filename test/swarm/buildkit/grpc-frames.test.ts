import { expect, it } from '@jest/globals';
import { framed, messagesIn } from '../../../src/swarm/buildkit/grpc-frames.ts';

async function read(pieces: Buffer[]): Promise<string[]> {
  const messages: string[] = [];
  async function* stream() {
    yield* pieces;
  }
  for await (const message of messagesIn(stream())) messages.push(message.toString());
  return messages;
}

const bytes = Buffer.concat(['one', '', 'three'].map((text) => framed(Buffer.from(text))));

it.each([1, 2, 5, 7, bytes.length])('messages are whole in pieces of %d bytes', async (size) => {
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );
  expect(await read(pieces)).toEqual(['one', '', 'three']);
});

it('a message above the limit is refused by its head', async () => {
  const head = Buffer.from([0, 1, 0, 0, 1]);
  await expect(read([head])).rejects.toThrow('A message of BuildKit has 16777217 bytes, more than 16 MiB');
});
