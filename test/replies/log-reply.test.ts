import { expect, it } from '@jest/globals';
import { logReply } from '../../src/replies/log-reply.ts';

it('shows the lines', () => {
  expect(logReply('Log of shop/api', { lines: ['one', 'two'] })).toEqual({
    tone: 'info',
    title: 'Log of shop/api',
    code: 'one\ntwo',
    data: ['one', 'two'],
  });
});

it('says what is missing, and why', () => {
  const log = { lines: [], missing: ['node `host-2` is not available', 'a task waits for a node'] };
  expect(logReply('Log of shop/api', log)).toEqual({
    tone: 'warning',
    title: 'Log of shop/api',
    text: 'The log is empty. Lines are missing: node `host-2` is not available; a task waits for a node.',
    data: [],
  });
});
