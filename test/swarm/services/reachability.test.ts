import { expect, it } from '@jest/globals';
import { explainSockets } from '../../../src/swarm/services/reachability.ts';

it.each([
  [[], 'nowhere', 'nothing listens on port 4000; the container listens on no port'],
  [
    ['[::]:3000', '0.0.0.0:3000', '127.0.0.1:80'],
    'elsewhere',
    'nothing listens on port 4000; the container listens on 80, 3000',
  ],
  [['127.0.0.1:4000', '0.0.0.0:80'], 'loopback', 'port 4000 listens on 127.0.0.1 only: bind 0.0.0.0'],
  [['[::1]:4000'], 'loopback', 'port 4000 listens on [::1] only: bind 0.0.0.0'],
  [
    ['127.0.0.1:4000', '[::]:4000'],
    'unknown',
    'port 4000 is open in the container, but does not answer on its network',
  ],
])('%j is %s', (sockets, listens, text) => {
  expect(explainSockets(sockets, 4000)).toEqual({ listens, text });
});
