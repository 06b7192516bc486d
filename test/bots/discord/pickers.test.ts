import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lineOfSlash } from '../../../src/bots/discord/slash-line.ts';
import { buttonsOf } from '../../support/discord/shown.ts';
import { adaId, bobId, type DiscordStage, makeDiscordStage } from '../../support/discord/stage.ts';
import { until } from '../../support/until.ts';

let stage: DiscordStage;
beforeAll(async () => {
  stage = await makeDiscordStage();
});
afterAll(() => stage.close());

describe('a command alone', () => {
  it('offers the applications as buttons, to the person alone', async () => {
    const interaction = stage.people.slash(adaId, 'ship deploy', {});
    const shown = await until('the answer', () => interaction.original);
    expect(interaction.ephemeral).toBe(true);
    expect(buttonsOf(shown)).toMatchObject([{ label: 'shop/api', custom_id: 'ask:deploy shop/api' }]);
  });

  it('opens a form for those who have nothing to choose from, and runs a read at once', async () => {
    const interaction = stage.people.slash(bobId, 'ship logs', {});
    expect(JSON.stringify(await until('the form', () => interaction.modal))).not.toContain('shop/api');
    const own = stage.people.slash(adaId, 'ship logs', {});
    const offered = await until('the answer', () => own.original);
    expect(buttonsOf(offered)[0]?.custom_id).toBe('run:logs shop/api');
    expect(stage.world.refused).toEqual([]);
  });

  it('with a version alone is about the channel’s application', () => {
    const data = {
      name: 'ship',
      options: [{ name: 'deploy', type: 1, options: [{ name: 'ref', type: 3, value: 'v2' }] }],
    };
    expect(lineOfSlash(stage.dispatcher.commands, data)).toBe('deploy here v2');
  });
});
