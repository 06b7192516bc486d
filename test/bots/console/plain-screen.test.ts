import { once } from 'node:events';
import { userInfo } from 'node:os';
import { PassThrough, Writable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type ConsoleBot, createConsoleBot } from '../../../src/bots/console/console.ts';
import type { Reply } from '../../../src/replies/reply.ts';
import { fakeDispatcher } from '../../support/fake-dispatcher.ts';

let bot: ConsoleBot;

afterEach(() => bot.stop());

/** A console on pipes; `written` is what came out. */
async function open(output: Writable & { text?: string } = new PassThrough()) {
  const input = new PassThrough();
  const { asked, dispatcher, origins } = fakeDispatcher({
    summary: 'Value',
    answer: () => ({ tone: 'success', text: 'ok' }),
  });
  let written = '';
  output.on('data', (chunk: Buffer) => (written += chunk.toString('utf8')));
  bot = createConsoleBot({
    input,
    output,
    dataDir: '/nonexistent',
    greeting: { tone: 'success', title: 'Hello' },
    dispatcher: async () => dispatcher,
  });
  await bot.start();
  async function printed(count: number): Promise<string[]> {
    for (;;) {
      const lines = written.split('\n').slice(0, -1);
      if (lines.length >= count) return lines;
      await once(output, 'data');
    }
  }
  return { input, asked, origins, printed };
}

function running(id: string, state: string): Reply {
  return { tone: 'info', deploymentId: id, title: `shop/${id}`, text: `${state}\nasked by ada` };
}

describe('without a terminal', () => {
  it('echoes each line before its answer, however fast they come', async () => {
    const { input, origins, printed } = await open();
    input.write('whoami\n\nstatus\n');
    expect(await printed(6)).toEqual(['✔ Hello', '❯ whoami', '✔ ok', '❯ ', '❯ status', '✔ ok']);
    const { username } = userInfo();
    expect(origins[0]).toEqual({
      platform: 'console',
      workspace: 'local',
      channel: 'console',
      shared: false,
      account: username,
      accountName: username,
    });
  });

  it('takes a secret from the next line and does not echo it', async () => {
    const { input, asked, printed } = await open();
    input.write('env set shop/api KEY --secret\nhunter2\nstatus\n');
    const lines = await printed(6);
    expect(lines).toEqual(['✔ Hello', '❯ env set shop/api KEY --secret', '? Value', '✔ ok', '❯ status', '✔ ok']);
    expect(asked[1]).toEqual({ line: 'env set shop/api KEY --secret', secrets: { value: 'hunter2' } });
  });

  it('prints of a live message only what changed, and whose it is when another came between', async () => {
    const { printed } = await open();
    const api = await bot.post('console', running('api', 'queued'));
    await bot.edit(api, running('api', 'cloning'));
    await bot.edit(api, running('api', 'cloning'));
    await bot.post('console', running('web', 'queued'));
    await bot.edit(api, { tone: 'success', deploymentId: 'api', title: 'shop/api', text: 'done in 4 s\nasked by ada' });
    expect(await printed(9)).toEqual([
      '✔ Hello',
      '● shop/api',
      '  queued',
      '  asked by ada',
      '  cloning',
      '● shop/web',
      '  queued',
      '  asked by ada',
      '✔ shop/api',
      '  done in 4 s',
    ]);
  });

  it('has no colours and no cursor movements', async () => {
    const { input, printed } = await open();
    input.write('status\n');
    await bot.post('console', running('api', '\u001b[2Jqueued'));
    expect((await printed(6)).join('')).not.toContain('\u001b');
  });

  it('goes on printing when its input ends, and nobody has left', async () => {
    const { input, printed } = await open();
    input.end('status\n');
    await printed(3);
    await once(input, 'close');
    await bot.post('console', running('api', 'queued'));
    expect((await printed(6)).at(-2)).toBe('  queued');
    const state = await Promise.race([bot.ended.then(() => 'ended'), new Promise((resolve) => setImmediate(resolve))]);
    expect(state).toBeUndefined();
  });

  it('gives up a secret that cannot come any more', async () => {
    const { input, asked, printed } = await open();
    input.end('env set shop/api KEY --secret\n');
    await printed(3);
    await once(input, 'close');
    expect(asked).toHaveLength(1);
  });

  it('survives that nobody reads it', async () => {
    const gone = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('gone'), { code: 'EPIPE' })),
    });
    await open(gone);
    await new Promise((resolve) => gone.once('close', resolve));
    await expect(bot.post('console', running('api', 'queued'))).resolves.toEqual({
      channel: 'console',
      message: 'api',
    });
  });

  it('leaves when a line says so', async () => {
    const { input } = await open();
    input.write('exit\n');
    await bot.ended;
  });
});
