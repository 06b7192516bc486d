import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ChatMessage } from '../../src/entities/chat-message.ts';
import { Deployment } from '../../src/entities/deployment.ts';
import { changeDeployment } from '../../src/usecases/deployments/deployment-state.ts';
import { recordingBot } from '../support/recording-bot.ts';
import { until } from '../support/until.ts';
import { makeReporterStage, type ReporterStage } from './reporter-stage.ts';

let stage: ReporterStage;
let report: ReporterStage['report'];
let deployment: ReporterStage['deployment'];
let moveTo: ReporterStage['moveTo'];
let db: ReporterStage['db'];

beforeAll(async () => {
  stage = await makeReporterStage();
  ({ db, deployment, moveTo, report } = stage);
});
afterEach(async () => {
  await stage.clear();
});
afterAll(() => db.close());

async function end({ id }: Deployment): Promise<void> {
  const change = { status: 'success', finished: true, metadata: { duration_seconds: 4 } } as const;
  await db.database.asSystem().transactional((em) => changeDeployment(db, em, id, change));
}

async function unfinished(): Promise<ChatMessage[]> {
  return db.database.asSystem().find(ChatMessage, { finishedAt: null });
}

async function allFinished(): Promise<void> {
  await until('the end of every message', async () => (await unfinished()).length === 0);
}

describe('a message', () => {
  it('is posted once, edited as the deployment goes on, and left alone after its end', async () => {
    const bot = recordingBot();
    await report(bot);
    const made = await deployment();
    await until('post', () => bot.did.includes('post 1 cloning'));
    await moveTo(made, { phase: 'building', step: 2, steps: 7 });
    await until('edit', () => bot.did.includes('edit 1 building (step 2 of 7)'));
    await end(made);
    await allFinished();
    expect(bot.did).toEqual(['post 1 cloning', 'edit 1 building (step 2 of 7)', 'edit 1 done in 4 s']);
  });

  it('is edited once for many changes, one edit at a time, and shows the last of them', async () => {
    const held = Promise.withResolvers<void>();
    const bot = recordingBot();
    bot.refuse = () => held.promise;
    await report(bot);
    const made = await deployment();
    for (let step = 1; step <= 20; step += 1) await moveTo(made, { phase: 'building', step, steps: 20 });
    await end(made);
    held.resolve();
    await allFinished();
    expect(bot.mostAtOnce).toBe(1);
    expect(bot.did.length).toBeLessThanOrEqual(3);
    expect(bot.did.at(-1)).toMatch(/^(edit|post) 1 done in 4 s$/);
  });

  it('is not edited when nothing that it shows has changed', async () => {
    const bot = recordingBot();
    await report(bot, 20);
    const made = await deployment();
    await until('post', () => bot.did.length === 1);
    await moveTo(made, { phase: 'cloning' });
    const other = await deployment(['C2']);
    await until('the other post', () => bot.did.length === 2);
    await end(made);
    await end(other);
    await allFinished();
    expect(bot.did.filter((line) => line.startsWith('edit'))).toEqual(
      expect.arrayContaining(['edit 1 done in 4 s', 'edit 2 done in 4 s']),
    );
    expect(bot.did).toHaveLength(4);
  });

  it('comes up to date without a notification', async () => {
    const bot = recordingBot();
    await report(bot, 30);
    const made = await deployment();
    await until('post', () => bot.did.length === 1);
    await db.database
      .asSystem()
      .nativeUpdate(Deployment, { id: made.id }, { metadata: { progress: { phase: 'pushing' } } });
    await until('edit', () => bot.did.includes('edit 1 pushing the image'));
  });
});

describe('progress within a step', () => {
  it('is shown ever more rarely; the next step and the end are shown at once', async () => {
    const bot = recordingBot({ editIntervalMs: 20 });
    await report(bot, 5);
    const made = await deployment();
    await until('post', () => bot.did.length === 1);
    const began = performance.now();
    for (let step = 1; step <= 200; step += 1) await moveTo(made, { phase: 'building', step, steps: 200 });
    const tookMs = performance.now() - began;
    await moveTo(made, { phase: 'watching' });
    await until('the next step', () => bot.did.some((line) => line.includes('watching')));
    await end(made);
    await allFinished();
    // Pauses that double from 20 ms on: so many fit into the time that the steps took.
    const edits = bot.did.filter((line) => line.includes('building')).length;
    expect(edits).toBeLessThanOrEqual(Math.ceil(Math.log2(tookMs / 20 + 1)) + 1);
    expect(bot.did.at(-1)).toBe('edit 1 done in 4 s');
  });
});

describe('a platform where edits wait their turn', () => {
  it('shows what is newest when the turn comes', async () => {
    const turn = Promise.withResolvers<void>();
    const seen: (string | undefined)[] = [];
    const bot = recordingBot({
      async edit(_place, _reply, { newest } = {}) {
        await turn.promise;
        seen.push((await newest?.())?.text);
      },
    });
    await report(bot);
    const made = await deployment();
    await until('post', () => bot.did.length === 1);
    await moveTo(made, { phase: 'building', step: 1, steps: 9 });
    await end(made);
    turn.resolve();
    await allFinished();
    expect(seen[0]).toContain('done in 4 s');
    expect(seen).toHaveLength(1);
  });

  it('is not waited for at a stop', async () => {
    const waiting = Promise.withResolvers<void>();
    const bot = recordingBot({
      edit: (_place, _reply, { signal } = {}) =>
        new Promise((_resolve, reject) => {
          waiting.resolve();
          signal?.addEventListener('abort', () => reject(new Error('stopped')));
        }),
    });
    const reporter = await report(bot);
    const made = await deployment();
    await until('post', () => bot.did.length === 1);
    await moveTo(made, { phase: 'building' });
    await waiting.promise;
    await reporter.stop();
    expect(await unfinished()).toHaveLength(1);
  });
});

describe('a platform that refuses', () => {
  it('is tried again, and a message is not posted twice', async () => {
    const bot = recordingBot();
    let refused = 0;
    bot.refuse = () => {
      refused += 1;
      if (refused <= 1) throw new Error('rate limited');
    };
    await report(bot);
    await end(await deployment());
    await allFinished();
    expect(bot.did[0]).toMatch(/^post 1/);
    expect(bot.did.filter((line) => line.startsWith('post'))).toHaveLength(1);
  });

  it('in one channel does not keep the others waiting', async () => {
    const bot = recordingBot();
    bot.refuse = (channel) => {
      if (channel === 'gone') throw new Error('channel_not_found');
    };
    await report(bot);
    await end(await deployment(['gone', 'C1']));
    await until('the end in the other channel', async () => (await unfinished()).length === 1);
    expect((await unfinished()).map(({ channel }) => channel)).toEqual(['gone']);
  });

  it('is given up an hour after the deployment has ended', async () => {
    const bot = recordingBot();
    bot.refuse = () => {
      throw new Error('channel_not_found');
    };
    const made = await deployment(['gone']);
    await end(made);
    const longAgo = new Date(Date.now() - 61 * 60_000);
    await db.database.asSystem().nativeUpdate(Deployment, { id: made.id }, { completedAt: longAgo });
    await report(bot);
    await allFinished();
    expect(bot.did).toEqual([]);
  });
});

describe('several Shipmates', () => {
  it('goes on with the message that an earlier process posted', async () => {
    const before = recordingBot();
    const reporter = await report(before);
    const made = await deployment();
    await until('post', () => before.did.length === 1);
    await reporter.stop();
    const after = recordingBot();
    await report(after);
    await until('edit', () => after.did.includes('edit 1 cloning'));
    await end(made);
    await allFinished();
    expect(before.did).toEqual(['post 1 cloning']);
    expect(after.did).toEqual(['edit 1 cloning', 'edit 1 done in 4 s']);
  });

  it('one draws a message, whichever it is', async () => {
    const bots = [recordingBot(), recordingBot()];
    for (const bot of bots) await report(bot, 20);
    const made = await deployment();
    await until('post', () => bots.some(({ did }) => did.length > 0));
    for (let step = 1; step <= 5; step += 1) {
      await moveTo(made, { phase: 'building', step, steps: 5 });
      await until('edit', () => bots.some(({ did }) => did.includes(`edit 1 building (step ${step} of 5)`)));
    }
    await end(made);
    await allFinished();
    const [idle, busy] = bots.map(({ did }) => did).sort((a, b) => a.length - b.length);
    expect(idle).toEqual([]);
    expect(busy).toHaveLength(7);
  });

  it('each draws on its own console, to the end', async () => {
    const bots = [
      recordingBot({ platform: 'console', local: true }),
      recordingBot({ platform: 'console', local: true }),
    ];
    for (const bot of bots) await report(bot, 20);
    const made = await deployment(['console'], 'console');
    for (const { did } of bots) await until('message', () => did.length > 0);
    await end(made);
    for (const { did } of bots) await until('end', () => did.at(-1)?.endsWith('done in 4 s'));
    await allFinished();
  });
});
