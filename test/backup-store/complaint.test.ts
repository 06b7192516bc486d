import { expect, it } from '@jest/globals';
import { complaintOf } from '../../src/backup-store/complaint.ts';

const missing =
  'Fatal: repository does not exist: unable to open config file: stat /r/config: no such file or directory\n' +
  'Is there a repository at the following location?\n/r';

it.each([
  // 0.14
  [
    'Fatal: unable to open config file: stat /r/config: no such file or directory\nIs there a repository at the following location?\n/r\n',
    'unable to open config file: stat /r/config: no such file or directory Is there a repository at the following location? /r',
  ],
  // 0.18 and 0.19, with and without --json
  ['Fatal: wrong password or no key found\n', 'wrong password or no key found'],
  [
    '{"message_type":"exit_error","code":12,"message":"Fatal: wrong password or no key found"}\n',
    'wrong password or no key found',
  ],
  [
    `${JSON.stringify({ message_type: 'exit_error', code: 10, message: missing })}\n`,
    'repository does not exist: unable to open config file: stat /r/config: no such file or directory Is there a repository at the following location? /r',
  ],
  [
    '{"message_type":"error","error":{"message":"failed to save /data: read /data: no data read"},"during":"archival","item":"/data"}\n' +
      '{"message_type":"exit_error","code":3,"message":"Warning: at least one source file could not be read"}',
    'failed to save /data: read /data: no data read at least one source file could not be read',
  ],
  ['using temporary cache in /tmp/x\n', 'restic ended with 1'],
  ['{"message_type":"exit_er', '{"message_type":"exit_er'],
])('says what restic complains of: %j', (printed, sentence) => {
  expect(complaintOf(printed, 1)).toBe(`The backup store: ${sentence}`);
});
