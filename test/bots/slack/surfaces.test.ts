import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Deployment } from '../../../src/entities/deployment.ts';
import { applicationName } from '../../../src/usecases/applications/find-application.ts';
import { makeDeployment } from '../../support/factories.ts';
import { buttonsOf, wordsOf } from '../../support/slack/people.ts';
import { makeSlackStage, type SlackStage } from '../../support/slack/stage.ts';
import { until } from '../../support/until.ts';

let stage: SlackStage;

beforeAll(async () => {
  stage = await makeSlackStage();
});
afterEach(async () => {
  await stage.db.database.asSystem().nativeDelete(Deployment, {});
  expect(stage.world.refused).toEqual([]);
  stage.forget();
});
afterAll(() => stage.close());

const home = (user = 'U1') => until('Home tab', () => stage.world.homes.get(user));

async function running() {
  const application = await stage.application();
  const made = await makeDeployment(stage.db.database, { application, status: 'building' });
  return { application, made };
}

describe('the Home tab', () => {
  it('shows the projects that the person sees and what is being deployed', async () => {
    const { application } = await running();
    await stage.people.openHome();
    const { blocks } = await home();
    expect(wordsOf(blocks)).toContain(application.project.name);
    expect(wordsOf(blocks)).toContain(application.name);
    expect(buttonsOf(blocks).map(({ text }) => text.text)).toContain('Cancel');
  });

  it('shows nobody the projects of others', async () => {
    const { application } = await running();
    await stage.people.openHome('U2');
    expect(wordsOf((await home('U2'))['blocks'])).not.toContain(application.project.name);
  });

  it('cancels at a press, is drawn again, and answers in the direct messages', async () => {
    const { application } = await running();
    await stage.people.openHome();
    const { blocks } = await home();
    stage.world.homes.clear();
    await stage.people.press(blocks, 'Cancel');
    const said = await until('answer', () => stage.world.messages[0]);
    expect(said.channel).toBe('D1');
    expect(wordsOf(said.blocks)).toContain(`Cancelling deployment`);
    expect(wordsOf(said.blocks)).toContain(applicationName(application));
    await home();
  });

  it('tells somebody unknown how to link', async () => {
    stage.world.people.set('U9', 'eve');
    await stage.people.openHome('U9');
    expect(wordsOf((await home('U9'))['blocks'])).toContain('/ship link');
  });
});

describe('a press', () => {
  it('runs as the person who pressed, who may lack the role', async () => {
    const { application, made } = await running();
    const posted = await stage.bot.post('C1', {
      tone: 'info',
      text: 'building',
      actions: [{ label: 'Cancel', command: `cancel ${applicationName(application)}`, confirm: 'Cancel?' }],
    });
    const shown = stage.world.messages.find(({ ts }) => ts === posted.message);
    await stage.people.press(shown?.blocks, 'Cancel', { user: 'U2', channel: 'C1' });
    const { blocks } = await until('refusal', () => stage.world.whispers[0]);
    expect(wordsOf(blocks)).toContain('needs the role developer');
    expect(wordsOf(blocks)).toContain(stage.ada.username);
    const row = await stage.db.database.asSystem().findOneOrFail(Deployment, made.id);
    expect(row.metadata.cancel_requested_by).toBeUndefined();
  });
});
