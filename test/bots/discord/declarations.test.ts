import { describe, expect, it } from '@jest/globals';
import { createStoredLines } from '../../../src/bots/discord/stored-lines.ts';
import { renderComponents } from '../../../src/bots/discord/components.ts';
import { renderEmbeds } from '../../../src/bots/discord/embeds.ts';
import { lineOfSlash } from '../../../src/bots/discord/slash-line.ts';
import { commands } from '../../../src/handlers/commands/index.ts';
import { buttonsOf } from '../../support/discord/shown.ts';
import { validateDiscordMessage } from '../../support/discord/validate.ts';

describe('what Discord would drop without a word', () => {
  it('is no verb: `/ship` has 25 subcommands, of which one takes any line', () => {
    const verbs = commands.filter(({ name }) => !name.includes(' '));
    expect(verbs.filter(({ name, rare }) => name !== 'run' && !rare).length).toBeLessThanOrEqual(24);
    // The command `run` is typed into the one that takes any line, which has its name.
    const line = { name: 'line', type: 3, value: 'run shop/api -- npm run seed' };
    const slash = { name: 'ship', options: [{ name: 'run', type: 1, options: [line] }] };
    expect(lineOfSlash(commands, slash)).toBe('run shop/api -- npm run seed');
    expect(verbs.map(({ name }) => name)).toContain('run');
  });

  it('is no command of a noun: each has 25 subcommands', () => {
    const nouns = Map.groupBy(
      commands.filter(({ name }) => name.includes(' ')),
      ({ name }) => name.split(' ')[0],
    );
    expect([...nouns].filter(([, family]) => family.length > 25).map(([noun]) => noun)).toEqual([]);
  });

  it('is no field: a modal has five', () => {
    // What is often in a file has an upload beside it.
    const fieldsOf = ({ form = [], options }: (typeof commands)[number]) => [
      ...form,
      ...form.filter((key) => options[key]?.file),
    ];
    expect(commands.filter((command) => fieldsOf(command).length > 5).map(({ name }) => name)).toEqual([]);
  });

  it('is no option or choice but the rare ones: a subcommand has 25, and each of them too', () => {
    const many = commands.filter(({ options }) => {
      const all = Object.values(options);
      const shown = all.filter(({ rare }) => !rare);
      return shown.length > 25 || all.some(({ choices = [], many: list }) => !list && choices.length > 25);
    });
    expect(many.map(({ name }) => name)).toEqual([]);
  });
});

describe('the page of a message', () => {
  const reply = (page: string) => ({ tone: 'info', title: 'shop/api', page }) as const;
  const shown = (page: string) => renderEmbeds(reply(page), createStoredLines());
  const components = (page: string) => renderComponents(reply(page), createStoredLines());

  it.each(['http://localhost:8080/deployments/1', 'http://3f2c1ab4d5e6:8080/deployments/1'])(
    'is left out where Discord would refuse the message: %s',
    (page) => {
      const message = shown(page);
      expect(message.embeds).toMatchObject([{ title: 'shop/api' }]);
      expect(validateDiscordMessage(message)).toEqual([]);
      expect(buttonsOf(components(page))).toEqual([]);
      expect(validateDiscordMessage(components(page))).toEqual([]);
    },
  );

  it('is the link of the title elsewhere, or a button beside it', () => {
    expect(shown('https://ship.example.com/deployments/1').embeds[0]?.url).toBe(
      'https://ship.example.com/deployments/1',
    );
    expect(buttonsOf(components('https://ship.example.com/deployments/1'))).toEqual([
      { type: 2, style: 5, label: 'Open', url: 'https://ship.example.com/deployments/1' },
    ]);
  });
});
