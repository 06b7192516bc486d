import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mostUploaded, readUploaded } from '../../../src/bots/discord/uploaded-file.ts';
import { Application } from '../../../src/entities/application.ts';
import { EnvVar } from '../../../src/entities/env-var.ts';
import { answerTo } from '../../support/discord/people.ts';
import { adaId, type DiscordStage, makeDiscordStage } from '../../support/discord/stage.ts';
import { until } from '../../support/until.ts';

let stage: DiscordStage;
beforeAll(async () => {
  stage = await makeDiscordStage();
});
afterEach(() => {
  stage.world.uploads.clear();
  stage.world.refused.length = 0;
});
afterAll(() => stage.close());

const path = '/ephemeral-attachments/1/2/prod.env';

/** Keeps the file where Discord would. */
function uploaded(content: Buffer | string, size = content.length) {
  stage.world.uploads.set(path, content);
  return { filename: 'prod.env', size, url: `${stage.cdn}${path}?ex=1&is=1&hm=1` };
}

const fileOf = (content: string) => uploaded(Buffer.from(content));
const row = async (key: string) => (await stage.db.database.asSystem().find(EnvVar, { key }))[0]?.value;
const plain = async (key: string) =>
  (await stage.db.database.asSystem().findOne(Application, { name: 'api' }))?.envVars[key];

async function openForm(values: Record<string, string | boolean>) {
  const asked = stage.people.slash(adaId, 'ship-env import', values);
  return until('a modal', () => asked.modal);
}

function submit(customId: string, values: Record<string, string>, file?: ReturnType<typeof uploaded>) {
  const uploads = file ? { 'text.file': file } : {};
  return answerTo(stage.people.submit(adaId, customId, values, new Set(['secret']), uploads));
}

describe('a form for what is in a file', () => {
  it('opens without the text, filled with what was given, and takes a file or text', async () => {
    const modal = await openForm({ app: 'shop/api', secret: true });
    expect(modal.components).toMatchObject([
      { label: 'Application', component: { type: 4, custom_id: 'app', value: 'shop/api' } },
      { component: { type: 3, custom_id: 'secret', options: [{ value: 'no' }, { value: 'yes', default: true }] } },
      {
        label: 'Lines of KEY=VALUE',
        description: 'A text file of at most 96 KiB',
        component: { type: 19, custom_id: 'text.file', required: false, min_values: 0, max_values: 1 },
      },
      { label: 'Or as text', component: { type: 4, custom_id: 'text', style: 2, required: false } },
    ]);
    expect(stage.world.refused).toEqual([]);
  });

  it('imports the file, with quotes, blank lines and comments, and keeps it secret also in a channel', async () => {
    const { custom_id: id } = await openForm({ app: 'shop/api' });
    const file = fileOf('\uFEFF# of production\r\nDB_URL="postgres://u:p\\"w@db/x"\n\nMODE=live # now\n');
    const { ephemeral, text } = await submit(id, { app: 'shop/api', secret: 'yes', text: '' }, file);
    expect([ephemeral, text]).toEqual([false, expect.stringContaining('Stored the secrets `DB_URL` and `MODE`')]);
    expect(await row('MODE')).toMatch(/^v1\./);
    expect(text).not.toContain('live');
    expect(stage.world.refused).toEqual([]);
  });

  it('takes text where there is no file', async () => {
    const { custom_id: id } = await openForm({ app: 'shop/api' });
    const { text } = await submit(id, { app: 'shop/api', secret: 'no', text: 'LEVEL=debug' });
    expect(text).toContain('Set `LEVEL`');
    expect(await plain('LEVEL')).toBe('debug');
  });

  it('says what it lacks where there is neither', async () => {
    const { custom_id: id } = await openForm({ app: 'shop/api' });
    const { ephemeral, text } = await submit(id, { app: 'shop/api', secret: 'no', text: '' });
    expect([ephemeral, text]).toEqual([
      true,
      expect.stringContaining('`env import` needs `text`: Lines of KEY=VALUE.'),
    ]);
  });

  it.each([
    ['is too large, by what Discord says', () => uploaded(Buffer.from('A=1'), mostUploaded + 1), 'more than 96 KiB'],
    ['is too large, whatever Discord says', () => uploaded(Buffer.alloc(mostUploaded + 1, 65), 3), 'more than 96 KiB'],
    ['is no text', () => uploaded(Buffer.from([0xff, 0xfe, 0x00])), 'is not text in UTF-8'],
    ['leads elsewhere', () => uploaded('http://127.0.0.1:1/'), 'could not be fetched from Discord'],
    [
      'is elsewhere',
      () => ({ ...fileOf('A=1'), url: 'http://169.254.169.254/latest' }),
      'is not one of Discord’s files',
    ],
    ['is gone', () => ({ ...fileOf('A=1'), url: `${stage.cdn}/gone` }), 'could not be fetched from Discord'],
  ])('refuses a file that %s, in private', async (_, make, why) => {
    const { custom_id: id } = await openForm({ app: 'shop/api' });
    const { ephemeral, text } = await submit(id, { app: 'shop/api', secret: 'no', text: '' }, make());
    expect([ephemeral, text]).toEqual([true, expect.stringContaining(why)]);
    expect(await plain('A')).toBeUndefined();
  });

  it('is typed where Discord knows no uploads', async () => {
    stage.world.knowsUploads = false;
    const modal = await openForm({ app: 'shop/api' });
    expect(modal.components.map(({ component }) => [component?.type, component?.custom_id])).toEqual([
      [4, 'app'],
      [4, 'secret'],
      [4, 'text'],
    ]);
    stage.world.knowsUploads = true;
  });
});

describe('a file of anybody', () => {
  it.each([
    'https://cdn.discordapp.com.evil.example/a',
    'https://cdn.discordapp.com@evil.example/a',
    'http://cdn.discordapp.com/a',
    'https://cdn.discordapp.com:444/a',
    'https://media.discordapp.net/a',
    'file:///etc/passwd',
    'no address',
  ])('is not fetched from anywhere but Discord’s CDN: %s', async (url) => {
    await expect(readUploaded({ filename: 'x', size: 1, url })).rejects.toThrow('`x` is not one of Discord’s files.');
  });
});
