import { readdirSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { platforms } from '../../src/entities/chat-message.ts';
import { literalsOf } from '../support/literals.ts';

const src = new URL('../../src/', import.meta.url);
/** The console and the HTTP API are part of Shipmate; a chat platform is somebody else's. */
const chats = platforms.filter((platform) => platform !== 'console' && platform !== 'http');
const mention = new RegExp(`\\b(${chats.join('|')})\\b`);
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
/** What the command line makes at a platform is in a folder of its own. */
const outside = files.filter(
  (file) => !chats.some((chat) => file.startsWith(`bots/${chat}/`) || file.startsWith(`cli/${chat}-app/`)),
);

/** ARCHITECTURE.md, "Add a chat platform", says what goes there. */
it('names chat platforms nowhere in src/ but where a new one is added', () => {
  const naming = outside.filter((file) => literalsOf(new URL(file, src)).some(({ text }) => mention.test(text)));
  expect(naming.sort()).toEqual([
    'bots/registry.ts',
    // `shipmate slack app`, by its name.
    'cli/cli.ts',
    'cli/help.ts',
    'config-chat-platforms.ts',
    'entities/chat-message.ts',
  ]);
});
