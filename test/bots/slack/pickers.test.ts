import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Deployment } from '../../../src/entities/deployment.ts';
import { ChannelDefault } from '../../../src/entities/channel-default.ts';
import { applicationName } from '../../../src/usecases/applications/find-application.ts';
import { makeDeployment } from '../../support/factories.ts';
import { wordsOf } from '../../support/slack/people.ts';
import { makeSlackStage, type SlackStage } from '../../support/slack/stage.ts';
import { until } from '../../support/until.ts';

let stage: SlackStage;
let name: string;
let otherName: string;

beforeAll(async () => {
  stage = await makeSlackStage();
  const application = await stage.application();
  const other = await stage.application();
  name = applicationName(application);
  otherName = applicationName(other);
  const ended = { application, status: 'success' } as const;
  await makeDeployment(stage.db.database, { ...ended, startedAt: new Date('2026-11-01') });
  await makeDeployment(stage.db.database, { ...ended, startedAt: new Date('2026-11-02') });
  await makeDeployment(stage.db.database, { application: other, status: 'building' });
});
afterEach(async () => {
  expect(stage.world.refused).toEqual([]);
  await stage.db.database.asSystem().nativeDelete(ChannelDefault, {});
  stage.forget();
});
afterAll(() => stage.close());

interface Block {
  element?: { type: string; options?: { value: string }[] };
}

/** The applications that the modal offers. */
async function offered(line: string): Promise<string[] | undefined> {
  await stage.people.slash(line);
  const modal = await until('a modal', () => stage.world.modals[0]);
  const field = (modal['blocks'] as Block[]).find(({ element }) => element);
  return field?.element?.options?.map(({ value }) => value);
}

describe('a command alone', () => {
  it.each<[string, () => string[]]>([
    ['deploy', () => [name, otherName].sort()],
    ['logs', () => [name, otherName].sort()],
    ['rollback', () => [name]],
    ['cancel', () => [otherName]],
  ])('%s opens a form with the applications that it makes sense for', async (line, expected) => {
    expect(await offered(line)).toEqual(expected());
  });

  it('offers nothing to those who may not run it', async () => {
    await stage.people.slash('deploy', { user: 'U2' });
    const modal = await until('a modal', () => stage.world.modals[0]);
    expect(JSON.stringify(modal)).not.toContain(name);
  });

  it('is about the channel’s application where there is one, also with what follows it', async () => {
    await stage.people.slash(`here set ${name}`);
    await until('the answer', () => stage.world.messages[0]);
    await stage.people.slash('deploy here v7');
    const note = await until('the note', () => stage.world.whispers[0]);
    expect(wordsOf(note.blocks)).toContain(`Deploying ${name} nginx:v7`);
    expect(stage.world.modals).toEqual([]);
    const [newest] = await stage.db.database
      .asSystem()
      .find(Deployment, {}, { orderBy: { startedAt: 'desc' }, limit: 1 });
    expect(newest?.metadata.ref).toBe('nginx:v7');
    await stage.people.slash('cancel');
    const answer = await until('what the channel sees', () => stage.world.messages[1]);
    expect(wordsOf(answer.blocks)).toContain('Cancelling deployment');
  });
});
