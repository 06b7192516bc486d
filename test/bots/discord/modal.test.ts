import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EnvVar } from '../../../src/entities/env-var.ts';
import { Application } from '../../../src/entities/application.ts';
import { renderModal, valuesOf } from '../../../src/bots/discord/modal.ts';
import { modalProblems, type ModalPart } from '../../support/discord/validate.ts';
import { answerTo } from '../../support/discord/people.ts';
import { adaId, bobId, type DiscordStage, makeDiscordStage } from '../../support/discord/stage.ts';
import { until } from '../../support/until.ts';

const many = (count: number) => Array.from({ length: count }, (_, at) => `shop/app-${at}`);
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
    expect(modal.components.map(({ component }) => component?.custom_id)).toEqual(['secret']);
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

  it('has a menu where one chooses, and a label for each field', () => {
    const fields = [
      {
        name: 'role',
        label: 'Role of the person',
        required: true,
        long: false,
        choices: ['viewer', 'admin'],
        value: 'admin',
      },
      { name: 'app', label: 'Application', required: false, long: false, choices: many(26) },
      { name: 'why', label: 'Reason, shown to the person who asked for this deployment', required: false, long: true },
    ];
    const { components } = renderModal({ title: 'x', fields, submit: () => ({ line: '', secrets: {} }) }, 'fill:x');
    expect(modalProblems(components as ModalPart[])).toEqual([]);
    expect(components).toMatchObject([
      {
        label: 'Role of the person',
        component: {
          type: 3,
          required: true,
          options: [
            { label: 'viewer', value: 'viewer' },
            { label: 'admin', value: 'admin', default: true },
          ],
        },
      },
      // More than a menu has: typed.
      { label: 'Application', component: { type: 4, style: 1, required: false } },
      { description: 'Reason, shown to the person who asked for this deployment', component: { type: 4, style: 2 } },
    ]);
  });

  it('gives what was chosen and typed, also of a form that an earlier version opened', () => {
    const parts = [
      { component: { type: 3, id: 2, custom_id: 'role', values: ['admin'] } },
      { component: { type: 3, id: 3, custom_id: 'app', values: [] } },
      { component: { type: 4, id: 4, custom_id: 'why', value: 'new here' } },
    ];
    expect(valuesOf(parts)).toEqual({ role: 'admin', why: 'new here' });
    expect(valuesOf([{ components: [{ type: 4, id: 5, custom_id: 'why', value: 'old' }] }])).toEqual({ why: 'old' });
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
    // What stands on the button is found wherever it is: in a container, a row or beside a text.
    expect(question.text).toContain('Yes: Stop');
    expect(question.text).toContain('run:stop shop/api');
  });

  it('says so when nobody knows any more what it was about', async () => {
    const { ephemeral, text } = await answerTo(stage.people.press(adaId, 'run#0123456789abcdef01234567'));
    expect([ephemeral, text.includes('Type the command again')]).toEqual([true, true]);
  });
});
