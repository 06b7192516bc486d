import { expect, it } from '@jest/globals';
import { redactLog } from '../../../src/usecases/applications/redact-log.ts';

it('what a service printed is shown without secrets, line by line', async () => {
  const lines = ['as hunter22', '-hunter22', 'Authorization: Bearer abcdefgh', 'x'.repeat(5_000), 'done'];
  expect(await redactLog(['hunter22-hunter22'], lines)).toEqual([
    'as [redacted]',
    '[redacted]',
    'Authorization: Bearer [redacted]',
    'x'.repeat(4_000),
    'done',
  ]);
});
