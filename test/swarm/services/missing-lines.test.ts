import { expect, it } from '@jest/globals';
import { missingLines } from '../../../src/swarm/services/missing-lines.ts';

const nodes = [{ ID: 'abc', Description: { Hostname: 'host-2', Engine: { EngineVersion: '28.5.2' } } }];
const said = 'warning: incomplete log stream. some logs could not be retrieved for the following reasons: ';

it.each([
  ['node abc is not available', ['node `host-2` is not available']],
  ['node xyz is not available', ['node `xyz` is not available']],
  [
    'node abc disconnected unexpectedly, task t1 has not been scheduled, task t2 has not been scheduled',
    ['node `host-2` disconnected while it was read', 'a task waits for a node'],
  ],
  ['context deadline exceeded', ['context deadline exceeded']],
])('%s', (reasons, told) => {
  expect(missingLines([said + reasons], nodes)).toEqual(told);
});

it('repeats what it does not know', () => {
  expect(missingLines(['no such container'], nodes)).toEqual(['no such container']);
});
