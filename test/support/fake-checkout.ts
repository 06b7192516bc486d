import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from '../../src/git/git.ts';

/** A repository whose every commit has these files. */
export function fakeCheckout(files: () => Record<string, string>): Git['checkout'] {
  return async ({ commit, directory }) => {
    for (const [name, text] of Object.entries(files())) await writeFile(join(directory, name), text);
    return { commit, title: 'A commit', author: 'Ada' };
  };
}
