import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { renderEmbeds } from '../../../src/bots/discord/embeds.ts';
import { createStoredLines } from '../../../src/bots/discord/stored-lines.ts';
import { executeSql } from '../../../src/database/database.ts';
import type { Reply } from '../../../src/replies/reply.ts';
import { answerTo } from '../../support/discord/people.ts';
import { kindsOf, wordsOf } from '../../support/discord/shown.ts';
import { adaId, type DiscordStage, makeDiscordStage } from '../../support/discord/stage.ts';
import { componentsV2 } from '../../support/discord/validate.ts';
import type { DiscordMessage } from '../../support/discord/world.ts';
import { until } from '../../support/until.ts';

const channel = '300000000000000001';
const building: Reply = { tone: 'info', title: 'shop/api', text: 'building' };
const done: Reply = { tone: 'success', title: 'shop/api', text: 'done' };

let stage: DiscordStage;
beforeAll(async () => {
  stage = await makeDiscordStage();
});
afterEach(() => {
  stage.world.refused.length = 0;
});
afterAll(() => stage.close());

const statesOf = (message: string) => stage.world.messages.get(`${channel}/${message}`) ?? [];
const remembered = async () => {
  const { rows } = await executeSql<{ value: string }>(
    stage.db.database.asSystem(),
    `select value from installation where name = 'discord_refused_components:100000000000000001'`,
  );
  return rows[0]?.value;
};

/** A message that a Shipmate of before has posted. */
function postedBefore(id: string): { channel: string; message: string } {
  const { components, ...shown } = renderEmbeds(building, createStoredLines());
  stage.world.messages.set(`${channel}/${id}`, [{ ...shown, components } as unknown as DiscordMessage]);
  return { channel, message: id };
}

describe('a Discord that takes components', () => {
  it('gets a container with the colour of the tone, which edits keep', async () => {
    const ref = await stage.bot.post(channel, building);
    await stage.bot.edit(ref, done);
    const states = statesOf(ref.message);
    expect(states.map((state) => [state.flags, state.components?.[0]?.accent_color])).toEqual([
      [componentsV2, 0x1d74d4],
      [componentsV2, 0x2a9d5c],
    ]);
    expect([stage.world.refused, await remembered()]).toEqual([[], undefined]);
  });

  it('gets the flag with the answer, not with what announces it', async () => {
    const asked = stage.people.slash(adaId, 'ship whoami');
    expect((await answerTo(asked)).ephemeral).toBe(true);
    expect(asked.original?.flags).toBe(componentsV2);
    expect(stage.world.refused).toEqual([]);
  });
});

describe('a message that an earlier version posted as an embed', () => {
  it('stays one: one edit finds out, and the next ones know', async () => {
    const ref = postedBefore('800000000000000001');
    await stage.bot.edit(ref, { ...building, text: 'rolling out' });
    expect(stage.world.refused.splice(0)).toEqual([
      "400 The 'embeds' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
    ]);
    await stage.bot.edit(ref, done);
    expect(statesOf(ref.message).map(({ flags }) => flags)).toEqual([undefined, undefined, undefined]);
    expect(statesOf(ref.message).map(wordsOf)).toEqual(['building', 'rolling out', 'done']);
    expect(stage.world.refused).toEqual([]);
  });

  it('says nothing about later ones', async () => {
    await stage.bot.edit(postedBefore('800000000000000002'), done);
    const { message } = await stage.bot.post(channel, building);
    expect(statesOf(message)[0]?.flags).toBe(componentsV2);
    expect(await remembered()).toBeUndefined();
  });
});

describe('a message that is refused for its content', () => {
  it('goes out as an embed, and takes the components from no other one', async () => {
    stage.world.refuseText = 'building';
    const ref = await stage.bot.post(channel, building);
    expect(statesOf(ref.message).map(wordsOf)).toEqual(['building']);
    expect(statesOf(ref.message)[0]?.flags).toBeUndefined();
    const other = await stage.bot.post(channel, done);
    expect(kindsOf(statesOf(other.message)[0] ?? {})).toEqual([17, 10]);
    stage.world.refuseText = undefined;
  });
});

describe('a Discord that does not know components', () => {
  it('gets embeds at once and from then on, and edits of what it took before', async () => {
    const before = await stage.bot.post(channel, building);
    stage.world.knowsComponents = false;
    const { message } = await stage.bot.post(channel, { ...building, text: 'first' });
    expect(statesOf(message).map(({ flags }) => flags)).toEqual([undefined]);
    expect(stage.world.refused.splice(0)).toEqual(['400 Value of field "type" must be one of (1,).']);
    await stage.bot.post(channel, { ...building, text: 'second' });
    expect((await answerTo(stage.people.slash(adaId, 'ship whoami'))).text).toContain('admin');
    expect(stage.world.refused).toEqual([]);
    await until('it is remembered', async () => (await remembered()) === 'components_v2');
    stage.world.knowsComponents = true;
    await stage.bot.edit(before, done);
    expect(statesOf(before.message).map(({ flags }) => flags)).toEqual([componentsV2, componentsV2]);
  });

  it('is remembered by the next process', async () => {
    const next = stage.makeBot();
    await next.start();
    await until('the gateway', () => next.problem?.() === undefined);
    const { message } = await next.post(channel, { ...building, text: 'third' });
    expect(statesOf(message).map(({ flags }) => flags)).toEqual([undefined]);
    expect(stage.world.refused).toEqual([]);
    await next.stop();
  });
});
