import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EnvVar } from '../../../src/entities/env-var.ts';
import { Application } from '../../../src/entities/application.ts';
import { answerTo } from '../../support/discord/people.ts';
import { adaId, bobId, type DiscordStage, makeDiscordStage } from '../../support/discord/stage.ts';
import { until } from '../../support/until.ts';

const password = 'correct horse battery';
let stage: DiscordStage;
beforeAll(async () => {
  stage = await makeDiscordStage();
});
afterAll(async () => {
  await stage.close();
  expect(stage.world.refused).toEqual([]);
});

describe('a modal', () => {
  it('asks for the secret of a line, and stores it encrypted', async () => {
    const asked = stage.people.slash(adaId, 'ship-env set', {
      app: 'shop/api',
      variables: 'DATABASE_URL',
      secret: true,
    });
    const modal = await until('a modal', () => asked.modal);
    expect(modal.components.map(({ components: [input] }) => input?.custom_id)).toEqual(['secret']);
    const { ephemeral, text } = await answerTo(stage.people.submit(adaId, modal.custom_id, { secret: password }));
    expect([ephemeral, text.includes('DATABASE_URL')]).toEqual([false, true]);
    const [row] = await stage.db.database.asSystem().find(EnvVar, { key: 'DATABASE_URL' });
    expect(row?.value).toMatch(/^v1\./);
    expect(JSON.stringify([...stage.world.interactions.values()])).not.toContain(password);
  });

  it('asks for what a bare command needs', async () => {
    const asked = stage.people.slash(adaId, 'ship run', { line: 'app create' });
    const modal = await until('a modal', () => asked.modal);
    const submitted = stage.people.submit(adaId, modal.custom_id, {
      app: 'shop/cache',
      image: 'redis:7',
      repo: '',
      token: '',
    });
    expect((await answerTo(submitted)).text).toContain('shop/cache');
    expect(await stage.db.database.asSystem().count(Application, { name: 'cache' })).toBe(1);
  });

  it('holds the person to their role when it is submitted', async () => {
    const submitted = stage.people.submit(bobId, 'fill:app create', { app: 'shop/mine', image: 'redis:7' });
    const { ephemeral, text } = await answerTo(submitted);
    expect([ephemeral, text.includes('needs the role `admin`')]).toEqual([true, true]);
  });
});

describe('a button', () => {
  it('runs its line as the person who pressed it', async () => {
    expect((await answerTo(stage.people.press(bobId, 'run:scale shop/api 3'))).text).toContain('needs the role');
    expect((await answerTo(stage.people.press(adaId, 'run:scale shop/api 3'))).text).toContain('shop/api');
  });

  it('asks first where a press cannot be taken back', async () => {
    const question = await answerTo(stage.people.press(adaId, 'ask:stop shop/api', 'Stop'));
    expect(question.ephemeral).toBe(true);
    expect(question.text).toContain('Really run `stop shop/api`?');
    expect(question.text).toContain('run:stop shop/api');
  });

  it('says so when nobody knows any more what it was about', async () => {
    const { ephemeral, text } = await answerTo(stage.people.press(adaId, 'run#0123456789abcdef01234567'));
    expect([ephemeral, text.includes('Type the command again')]).toEqual([true, true]);
  });
});
