import { Readable } from 'node:stream';
import { expect, it } from '@jest/globals';
import { readMessages } from '../../../src/swarm/images/json-lines.ts';

it('errors and progress are read in the form of older Engines and of newer ones', async () => {
  const sent = [
    { error: 'denied', errorDetail: { message: 'denied' } },
    { errorDetail: { message: 'denied' } },
    { status: 'Downloading', id: 'a', progressDetail: { current: 3, total: 9 }, progress: '[=>  ]' },
    { status: 'Downloading', id: 'a', progressDetail: { current: 3, total: 9 } },
    { status: 'Pull complete', id: 'a', progressDetail: {} },
  ];
  const read = [];
  const lines = Readable.from([sent.map((one) => JSON.stringify(one)).join('\n')]);
  for await (const message of readMessages(lines)) read.push(message);
  expect(read).toEqual([
    { error: 'denied' },
    { error: 'denied' },
    { status: 'Downloading', id: 'a', progress: '[=>  ]' },
    { status: 'Downloading', id: 'a', progress: '3' },
    { status: 'Pull complete', id: 'a' },
  ]);
});
