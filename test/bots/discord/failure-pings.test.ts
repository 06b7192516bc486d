import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createReporter, type Reporter } from '../../../src/bots/reporter.ts';
import { ChatMessage } from '../../../src/entities/chat-message.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import { changeDeployment } from '../../../src/usecases/deployments/deployment-state.ts';
import { componentsV2 } from '../../support/discord/validate.ts';
import { wordsOf } from '../../support/discord/shown.ts';
import { makeDeployment } from '../../support/factories.ts';
import { adaId, type DiscordStage, makeDiscordStage } from '../../support/discord/stage.ts';
import { until } from '../../support/until.ts';

const channel = '300000000000000001';
let stage: DiscordStage;
let reporter: Reporter;

beforeAll(async () => {
  stage = await makeDiscordStage();
  reporter = createReporter(stage.deps, [stage.bot], { pollMs: 100 });
  await reporter.start();
});
afterAll(async () => {
  await reporter.stop();
  await stage.close();
});

async function failed(): Promise<void> {
  const { application, db, deps } = stage;
  const { owner } = stage.project;
  const made = await makeDeployment(db.database, { application, triggeredBy: owner, status: 'building' });
  await db.database.asSystem().transactional(async (em) => {
    em.create(ChatMessage, { deployment: em.getReference(Deployment, made.id), platform: 'discord', channel });
  });
  await until('the live message', () => stage.world.messages.size === 1);
  const change = { status: 'failed', finished: true, metadata: { progress: null, error: 'It broke.' } } as const;
  await db.database.asSystem().transactional((em) => changeDeployment(deps, em, made.id, change));
}

describe('the end of a failed deployment', () => {
  it('replies to the live message, and pings nobody but who asked', async () => {
    await failed();
    await until('the reply', () => stage.world.messages.size === 2);
    const [live, reply] = [...stage.world.messages];
    expect(reply?.[1]).toHaveLength(1);
    expect(reply?.[1][0]).toMatchObject({
      flags: componentsV2,
      components: [{ type: 10, content: `<@${adaId}>` }, { type: 17 }],
      allowed_mentions: { parse: [], users: [adaId] },
      message_reference: { message_id: live?.[0].split('/')[1], fail_if_not_exists: false },
    });
    expect(wordsOf(reply?.[1][0] ?? {})).toContain('It broke.');
    for (const state of live?.[1] ?? []) expect(wordsOf(state)).not.toContain('<@');
    expect(stage.world.refused).toEqual([]);
  });
});
