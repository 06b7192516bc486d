import { readdirSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { chatIds } from '../../src/config-chat-platforms.ts';
import { platforms } from '../../src/entities/chat-message.ts';

const root = new URL('../../', import.meta.url);

function foldersIn(path: string): string[] {
  const entries = readdirSync(new URL(path, root), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && entry.name !== 'console').map(({ name }) => name);
}

/** ARCHITECTURE.md, "Add a chat platform", says what a platform consists of. */
it('has a row of facts, an id, a bot, tests, a loopback server and a document for each chat platform', () => {
  const known = [...chatIds].sort();
  expect(platforms.filter((id) => id !== 'console' && id !== 'http').sort()).toEqual(known);
  expect(foldersIn('src/bots').sort()).toEqual(known);
  expect(foldersIn('test/bots').sort()).toEqual(known);
  expect(foldersIn('test/support')).toEqual(expect.arrayContaining(known));
  expect(readdirSync(new URL('docs', root))).toEqual(expect.arrayContaining(known.map((id) => `${id}.md`)));
});
