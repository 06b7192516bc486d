import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { commands } from '../../src/handlers/commands/index.ts';
import { type Literal, literalsOf } from '../support/literals.ts';

const folder = new URL('../../src/bots/', import.meta.url);

/** Literals that are spelled like a command, or a part of one, and mean something else. */
const exceptions: Record<string, string[]> = {
  // Prose: where the lines are that were left out.
  'truncate.ts': ['open the log'],
  // A part of a reply.
  'console/render.ts': ['link'],
  // A member of what a reply says can be followed.
  'console/follow-reply.ts': ['run'],
  'console/follow-source.ts': ['run'],
  // An event of notification routes.
  'deliver-notifications.ts': ['digest'],
  // A relation of the row.
  'call-for-assistants.ts': ['user'],
  // Events of Node's readline.
  'console/terminal-screen.ts': ['history', 'close'],
  'console/plain-screen.ts': ['close'],
  // A field of the configuration.
  'discord/client.ts': ['token'],
  // The subcommand `/ship run`, which takes any line.
  'discord/commands.ts': ['run'],
  // What a press does with the line behind it.
  'discord/buttons.ts': ['run'],
  'discord/stored-lines.ts': ['run'],
  'slack/buttons.ts': ['run'],
  'slack/listen-presses.ts': ['run'],
  // The same, and what a mention of everybody is spelled like.
  'slack/work-object.ts': ['here', 'run'],
  // Events of Node's responses and of WebSockets.
  'mattermost/held.ts': ['close'],
  'mattermost/socket.ts': ['open', 'close'],
  // A field of a slash command's form.
  'mattermost/http.ts': ['token'],
  // A channel that can be written in.
  'mattermost/reach.ts': ['open'],
  'discord/reach.ts': ['open'],
  'slack/reach.ts': ['open'],
  // What a mention of everybody is spelled like.
  'discord/markdown.ts': ['here'],
  // A field of Slack's task cards.
  'slack/newer-blocks.ts': ['status'],
  // An element of Slack's rich text.
  'slack/rich-text.ts': ['link', 'user', 'here'],
};

const names = commands.map(({ name }) => name);
const words = new Set([...names, ...names.flatMap((name) => name.split(' '))]);
/** A line that begins with a command's name, or a sentence that quotes one. */
const line = new RegExp(`(^|\`(/ship )?)(${names.join('|')})([ \`]|$)`);

/** What the literal says of commands: its whole text, or a name among the alternatives of a regular expression. */
function commandsIn({ kind, text }: Literal): string[] {
  if (kind === 'pattern') return text.split(/[^a-z ]+/).filter((part) => words.has(part));
  return words.has(text.trim()) || line.test(text) ? [text.trim()] : [];
}

function named(file: string): string[] {
  return [...new Set(literalsOf(new URL(file, folder)).flatMap(commandsIn))];
}

const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

describe('the bots', () => {
  it.each(files)('name no command: %s', (file) => {
    expect(named(file)).toEqual(exceptions[file] ?? []);
  });

  it('are all looked at', () => {
    expect(files).toEqual(expect.arrayContaining(Object.keys(exceptions)));
  });
});
