import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { createTestDatabase } from '../support/database.ts';

const crowd = new URL('../support/crowd.ts', import.meta.url).pathname;

// pg 8 warns of a query that is asked while another one runs, pg 9 refuses it.
it('a crowd that asks for leases and listening at one moment is answered, one query after the other', async () => {
  await using db = await createTestDatabase();
  const env = { ...process.env, NODE_OPTIONS: '' };
  const asked = promisify(execFile)(process.execPath, ['--throw-deprecation', crowd, db.url], {
    env,
    timeout: 300_000,
  });
  await expect(asked).resolves.toEqual({ stdout: '100\n', stderr: '' });
});
