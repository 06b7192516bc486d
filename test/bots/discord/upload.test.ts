import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDiscordApi, type DiscordApi } from '../../../src/bots/discord/api.ts';
import { createClient } from '../../../src/bots/discord/client.ts';
import type { DiscordMessage } from '../../../src/bots/discord/message.ts';
import { uploadOf } from '../../../src/bots/discord/upload.ts';
import { startDiscord } from '../../support/discord/discord.ts';
import { createPeople } from '../../support/discord/people.ts';

const message: DiscordMessage = {
  embeds: [{ description: 'A week of deployments', image: { url: 'attachment://picture.png' } }],
  components: [],
  allowed_mentions: { parse: [] },
};
const picture = {
  name: 'picture.png',
  alt: 'Deployments',
  data: Buffer.alloc(50_000, Buffer.from([137, 80, 78, 71, 13, 10, 26, 10, 0, 255])),
};
const log = { name: 'log.txt', data: Buffer.from('⛵ ready\r\n') };

let discord: Awaited<ReturnType<typeof startDiscord>>;
let api: DiscordApi;
beforeEach(async () => {
  discord = await startDiscord();
  const { applicationId } = discord.world;
  api = createDiscordApi(createClient({ apiUrl: discord.apiUrl, token: discord.world.token }), applicationId);
});
afterEach(() => discord.close());

function ask() {
  let to = { id: '', token: '' };
  const people = createPeople(discord.world, (interaction) => (to = interaction as typeof to));
  return { asked: people.slash('400000000000000001', 'ship run', { line: 'digest now' }), to };
}

describe('a message with files', () => {
  it('is a form with the message and every byte of the files', async () => {
    const { body, headers } = await uploadOf(message, [log, picture]);
    const form = await new Response(body as Uint8Array<ArrayBuffer>, { headers: headers ?? {} }).formData();
    expect(JSON.parse(form.get('payload_json') as string)).toEqual({
      ...message,
      attachments: [
        { id: 0, filename: 'log.txt' },
        { id: 1, filename: 'picture.png', description: 'Deployments' },
      ],
    });
    const files = ['files[0]', 'files[1]'].map((name) => form.get(name) as File);
    expect(files.map(({ name, type }) => [name, type])).toEqual([
      ['log.txt', 'text/plain; charset=utf-8'],
      ['picture.png', 'image/png'],
    ]);
    expect(await Promise.all(files.map(async (file) => Buffer.from(await file.arrayBuffer())))).toEqual([
      log.data,
      picture.data,
    ]);
  });

  it.each([
    ['the first answer', (to: { id: string; token: string }) => api.answer(to, message, [picture])],
    ['a further one', (to: { id: string; token: string }) => api.followUp(to, message, true, [picture])],
  ])('arrives as %s although the platform has closed the connection meanwhile', async (_, send) => {
    const { asked, to } = ask();
    await api.defer(to, true);
    discord.closeKept();
    await send(to);
    expect([asked.original ?? asked.followUps[0]?.message, asked.files]).toEqual([
      expect.objectContaining(message),
      ['picture.png'],
    ]);
    expect(discord.world.refused).toEqual([]);
  });
});
