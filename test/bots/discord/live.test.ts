import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createReporter, type Reporter } from '../../../src/bots/reporter.ts';
import type { Bot } from '../../../src/bots/bot.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import { changeDeployment } from '../../../src/usecases/deployments/deployment-state.ts';
import { allOf, buttonsOf, wordsOf } from '../../support/discord/shown.ts';
import { answerTo } from '../../support/discord/people.ts';
import type { Remembered } from '../../support/discord/world.ts';
import { adaId, type DiscordStage, makeDiscordStage } from '../../support/discord/stage.ts';
import { until } from '../../support/until.ts';

let stage: DiscordStage;
let reporter: Reporter;
beforeAll(async () => {
  stage = await makeDiscordStage();
});
beforeEach(async () => {
  reporter = await report(stage.bot);
  stage.world.messages.clear();
  stage.world.refused.length = 0;
});
afterEach(() => reporter.stop());
afterAll(() => stage.close());

async function report(bot: Bot): Promise<Reporter> {
  const made = createReporter(stage.deps, [bot], { pollMs: 200 });
  await made.start();
  return made;
}

const linkOf = ({ original }: Remembered) =>
  buttonsOf(original ?? {}).find(({ label }) => label === 'Live message')?.url;

async function deploy(): Promise<Deployment> {
  const interaction = stage.people.slash(adaId, 'ship deploy', { app: 'shop/api' });
  const { ephemeral, text } = await answerTo(interaction);
  expect([ephemeral, text.includes('Deploying')]).toEqual([true, true]);
  const link = await until('the note’s link', () => linkOf(interaction));
  const [place] = stage.world.messages.keys();
  expect(link).toBe(`https://discord.com/channels/200000000000000001/${place}`);
  const em = stage.db.database.asSystem();
  const [newest] = await em.find(Deployment, {}, { orderBy: { startedAt: 'desc' }, limit: 1 });
  if (!newest) throw new Error('nothing was deployed');
  return newest;
}

function states(): string[] {
  const [message = []] = stage.world.messages.values();
  return message.map((state) => wordsOf(state).split('\n')[1] ?? '');
}

async function end({ id }: Deployment): Promise<void> {
  const change = { status: 'success', finished: true, metadata: { progress: null, duration_seconds: 4 } } as const;
  await stage.db.database.asSystem().transactional((em) => changeDeployment(stage.deps, em, id, change));
}

describe('the live message of a deployment', () => {
  it('is posted by the bot and edited until the end, also when the interaction’s token has expired', async () => {
    const deployment = await deploy();
    await until('a message', () => states().length === 1);
    stage.world.ahead += 20 * 60_000;
    await end(deployment);
    await until('its end', () => states().at(-1)?.startsWith('done in 4 s'));
    expect(stage.world.messages.size).toBe(1);
    expect(stage.world.refused).toEqual([]);
    const [[shown] = []] = stage.world.messages.values();
    expect(buttonsOf(shown ?? {})[0]).toMatchObject({ label: 'Open', url: expect.stringContaining('/deployments/') });
  });

  it('is edited by the Shipmate that comes after', async () => {
    const deployment = await deploy();
    await until('a message', () => states().length === 1);
    await reporter.stop();
    const next = stage.makeBot();
    await next.start();
    reporter = await report(next);
    try {
      await end(deployment);
      await until('its end', () => states().at(-1)?.startsWith('done'));
      expect(stage.world.messages.size).toBe(1);
    } finally {
      await reporter.stop();
      await next.stop();
    }
  });

  it('shows the end when Discord says to slow down', async () => {
    const deployment = await deploy();
    await until('a message', () => states().length === 1);
    Object.assign(stage.world, { limitRoute: /^PATCH \/channels/, limitNext: 3 });
    await end(deployment);
    await until('its end', () => states().at(-1)?.startsWith('done'));
    expect(stage.world.limited).toBeGreaterThan(0);
    expect(states()).toHaveLength(2);
  });
});

describe('a notification with a picture', () => {
  it('is one message that holds it', async () => {
    const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);
    const reply = { tone: 'info' as const, title: 'Digest of shop/*', picture: { png, alt: 'Deployments a day' } };
    const channel = '300000000000000009';
    const { message } = await stage.bot.post(channel, reply);
    const [shown] = stage.world.messages.get(`${channel}/${message}`) ?? [];
    const items = [{ media: { url: 'attachment://picture.png' }, description: 'Deployments a day' }];
    expect(allOf(shown ?? {})).toContainEqual({ type: 12, items });
    expect(stage.world.refused).toEqual([]);
  });
});
