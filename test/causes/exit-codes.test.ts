import { expect, it } from '@jest/globals';
import { exitMeaning } from '../../src/causes/exit-codes.ts';

const mebibytes = 64 * 1024 ** 2;

it.each([
  [{ code: 1 }, 'exited with code 1'],
  [{ code: 126 }, 'exited with code 126: its command cannot be executed'],
  [{ code: 127 }, 'exited with code 127: its command was not found'],
  [{ code: 137 }, 'exited with code 137: it was killed, possibly out of memory'],
  [
    { code: 137, memoryLimit: mebibytes },
    'exited with code 137: it was killed, possibly for its memory limit of 64 MiB',
  ],
  [
    { code: 137, outOfMemory: true, memoryLimit: mebibytes },
    'exited with code 137: it used more than its memory limit of 64 MiB',
  ],
  [{ code: 137, outOfMemory: true }, 'exited with code 137: it was killed, as its node ran out of memory'],
  [
    { code: 137, outOfMemory: false, memoryLimit: mebibytes },
    'exited with code 137: it was killed (SIGKILL), not because of its memory limit',
  ],
  [
    { code: 134 },
    'exited with code 134: SIGABRT: the program gave up by itself, often out of memory or after an assertion',
  ],
  [
    { code: 139 },
    'exited with code 139: SIGSEGV: it used memory that is not its own, often because of a native library',
  ],
  [{ code: 143 }, 'exited with code 143: SIGTERM: it was asked to stop'],
])('%j', (exit, words) => {
  expect(exitMeaning(exit)).toBe(words);
});
