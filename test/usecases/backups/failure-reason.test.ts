import { expect, it } from '@jest/globals';
import { messageOf } from '../../../src/usecases/backups/failure-reason.ts';

it.each([
  [
    'NOTICE:  database "shipmate_restoring" does not exist, skipping\npsql:<stdin>:7: ERROR:  relation "a" does not exist\nDETAIL:  It is gone.',
    'psql:<stdin>:7: ERROR:  relation "a" does not exist\nDETAIL:  It is gone.',
  ],
  [
    'psql:<stdin>:3: NOTICE:  drop cascades to 2 other objects\nDETAIL:  drop cascades to table a\n\tdrop cascades to table b\npsql:<stdin>:9: ERROR:  no space left',
    'psql:<stdin>:9: ERROR:  no space left',
  ],
  [
    'mysqldump: [Warning] Using a password on the command line interface can be insecure.\nmysqldump: Got error: 1045',
    'mysqldump: Got error: 1045',
  ],
  ['NOTICE:  nothing else was said', 'NOTICE:  nothing else was said'],
])('names errors, without remarks: %j', (printed, reason) => {
  expect(messageOf(new Error(printed), undefined)).toBe(reason);
});
