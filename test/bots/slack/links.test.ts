import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ChannelDefault } from '../../../src/entities/channel-default.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import { InstallationValue } from '../../../src/entities/installation-value.ts';
import { NotificationRoute } from '../../../src/entities/notification-route.ts';
import type { Application } from '../../../src/entities/application.ts';
import { applicationName } from '../../../src/usecases/applications/find-application.ts';
import { deploymentPageUrl } from '../../../src/usecases/deployments/deployment-page-url.ts';
import { makeDeployment, makeRoute } from '../../support/factories.ts';
import { buttonsOf, type PaneButton, type WorkObjectSeen, wordsOf } from '../../support/slack/people.ts';
import { makeSlackStage, type SlackStage } from '../../support/slack/stage.ts';
import { until } from '../../support/until.ts';

interface EntitySeen extends WorkObjectSeen {
  entity_payload: {
    attributes: { title: { text: string } };
    custom_fields: { label: string; value: string }[];
    actions?: { primary_actions: PaneButton[]; overflow_actions?: PaneButton[] };
  };
}

let stage: SlackStage;

beforeAll(async () => {
  stage = await makeSlackStage();
});
afterEach(async () => {
  const em = stage.db.database.asSystem();
  await em.nativeDelete(Deployment, {});
  await em.nativeDelete(NotificationRoute, {});
  await em.nativeDelete(ChannelDefault, {});
  expect(stage.world.refused).toEqual([]);
  stage.forget();
});
afterAll(() => stage.close());

async function running() {
  const application = await stage.application();
  const made = await makeDeployment(stage.db.database, { application, status: 'building' });
  const bare = `http://ship.example/deployments/${made.id}`;
  return { application, made, bare, page: deploymentPageUrl(stage.deps, made) };
}

const toChannel = ({ name, project }: Application, channel = 'C1') =>
  makeRoute(stage.db.database, { project, platform: 'slack', channel, pattern: `${project.name}/${name}` });

/** Links that need no answer are told before one that does, so that its answer ends the wait for all. */
async function shareAndWait(urls: string[], where = {}, more = {}): Promise<Record<string, { blocks: unknown }>> {
  const before = stage.world.unfurls.length;
  await stage.people.share(urls, where, more);
  const unfurl = await until('unfurl', () => stage.world.unfurls[before]);
  return unfurl['unfurls'] as Record<string, { blocks: unknown }>;
}

const entitiesOf = (at = 0) =>
  (stage.world.unfurls[at]?.['metadata'] as { entities: EntitySeen[] } | undefined)?.entities ?? [];

describe('a shared link', () => {
  it('that is signed shows the deployment, without buttons', async () => {
    const { application, page } = await running();
    const { blocks } = (await shareAndWait([page], { user: 'U2' }))[page] ?? {};
    expect(wordsOf(blocks)).toContain(applicationName(application));
    expect(buttonsOf(blocks)).toEqual([]);
  });

  it('without a signature shows it only when the person who shared it sees it', async () => {
    const { application, bare, made, page } = await running();
    await toChannel(application);
    await stage.people.share([bare, `${bare}?expires=9999999999&signature=forged`], { user: 'U2' });
    await stage.people.share([`http://elsewhere.example/deployments/${made.id}`]);
    await stage.people.share([bare]);
    await until('unfurl', () => stage.world.unfurls[0]);
    await stage.people.share([page], {}, { unfurl_id: 'C1.1', source: 'composer' });
    await until('the other unfurl', () => stage.world.unfurls[1]);
    expect(stage.world.unfurls.map(({ unfurls }) => Object.keys(unfurls as object))).toEqual([[bare], [page]]);
    expect(stage.world.unfurls[1]).toMatchObject({ unfurl_id: 'C1.1', source: 'composer' });
  });

  it('without a signature shows nothing in a channel that does not hear of the application', async () => {
    const { application, bare, page } = await running();
    await toChannel(application, 'C2');
    const other = await stage.application();
    await toChannel(other);
    expect(Object.keys(await shareAndWait([bare, page]))).toEqual([page]);
    expect(Object.keys(await shareAndWait([bare], { channel: 'C2' }))).toEqual([bare]);
  });

  it('without a signature shows it to nobody while it is being written, as it may go anywhere', async () => {
    const { application, bare, page } = await running();
    await toChannel(application);
    const shown = await shareAndWait([bare, page], {}, { unfurl_id: 'C1.1', source: 'composer' });
    expect(Object.keys(shown)).toEqual([page]);
  });

  it('shows it where the channel’s default is its project, and in the person’s own conversation', async () => {
    const { application, bare } = await running();
    await stage.db.database.asSystem().transactional(async (em) => {
      em.create(ChannelDefault, {
        platform: 'slack',
        channel: 'C1',
        project: application.project.id,
        application: null,
      });
    });
    expect(Object.keys(await shareAndWait([bare]))).toEqual([bare]);
    expect(Object.keys(await shareAndWait([bare], { channel: 'D1' }))).toEqual([bare]);
  });

  it('to the page of an application shows its state', async () => {
    const { application } = await running();
    await toChannel(application);
    const url = `http://ship.example/applications/${application.id}`;
    const { blocks } = (await shareAndWait([url]))[url] ?? {};
    expect(wordsOf(blocks)).toContain(applicationName(application));
    expect(wordsOf(blocks)).toContain('Tasks: not on Swarm');
    expect(buttonsOf(blocks)).toEqual([]);
    expect(entitiesOf()).toMatchObject([
      { url, app_unfurl_url: url, external_ref: { id: application.id, type: 'application' } },
    ]);
  });
});

describe('a work object', () => {
  it('says the same as the blocks, and what it is of', async () => {
    const { application, bare, made, page } = await running();
    await shareAndWait([page]);
    expect(entitiesOf()).toEqual([
      {
        entity_type: 'slack#/entities/item',
        external_ref: { id: made.id, type: 'deployment' },
        url: bare,
        app_unfurl_url: page,
        entity_payload: {
          attributes: {
            title: { text: expect.stringContaining(applicationName(application)) },
            display_type: 'Deployment',
            product_name: 'Shipmate',
          },
          custom_fields: [{ key: 'field_0', label: 'State', type: 'string', value: 'queued' }],
          display_order: ['field_0'],
        },
      },
    ]);
  });

  it('is left out of what is too large, and the links are shown', async () => {
    const all = [];
    for (let count = 0; count < 10; count += 1) {
      const application = await stage.application();
      const metadata = { progress: { phase: 'building' as const }, requested_by: 'x'.repeat(900) };
      const made = await makeDeployment(stage.db.database, { application, status: 'building', metadata });
      all.push(deploymentPageUrl(stage.deps, made));
    }
    expect(Object.keys(await shareAndWait(all))).toEqual(all);
    expect(entitiesOf().length).toBeGreaterThan(0);
    expect(entitiesOf().length).toBeLessThan(all.length);
  });

  it('is opened with what the person may do', async () => {
    const { application, page } = await running();
    await shareAndWait([page]);
    const [object] = entitiesOf();
    if (!object) throw new Error('no work object');
    await stage.people.openWorkObject(object);
    const mine = await until('details', () => stage.world.details[0]?.['metadata'] as EntitySeen | undefined);
    const [cancel] = mine.entity_payload.actions?.primary_actions ?? [];
    expect(cancel).toMatchObject({ text: 'Cancel', style: 'danger', action_id: 'ask:0' });
    await stage.people.openWorkObject(object, { user: 'U2' });
    const bobs = await until('details', () => stage.world.details[1]?.['metadata'] as EntitySeen | undefined);
    expect(bobs.entity_payload.actions).toBeUndefined();
    if (!cancel) throw new Error('no button');
    await stage.people.pressInPane(object, cancel);
    const asked = await until('question', () => stage.world.messages[0]);
    expect(asked.channel).toBe('D1');
    expect(wordsOf(asked.blocks)).toContain(`Press to run cancel ${applicationName(application)}`);
    await stage.people.press(asked.blocks, 'Cancel', { channel: 'D1' });
    const said = await until('answer', () => stage.world.messages[1]);
    expect(wordsOf(said.blocks)).toContain('Cancelling deployment');
  });

  it('tells who does not see it what tells who asks for nothing that exists', async () => {
    const { application, bare, made } = await running();
    const object = { url: bare, app_unfurl_url: bare, external_ref: { id: made.id, type: 'deployment' } };
    await stage.people.openWorkObject(object, { user: 'U2' });
    const none = `http://ship.example/applications/${application.id.replace(/^./, (one) => (one === '0' ? '1' : '0'))}`;
    await stage.people.openWorkObject({ ...object, url: none, app_unfurl_url: none }, { user: 'U1' });
    await until('both', () => stage.world.details.length === 2);
    expect(stage.world.details.map(({ error }) => error)).toEqual([{ status: 'not_found' }, { status: 'not_found' }]);
  });

  it('tells a stranger how to link', async () => {
    stage.world.people.set('U9', 'eve');
    const { bare, made } = await running();
    const object = { url: bare, app_unfurl_url: bare, external_ref: { id: made.id, type: 'deployment' } };
    await stage.people.openWorkObject(object, { user: 'U9' });
    const { error } = await until('details', () => stage.world.details[0]);
    expect(error).toMatchObject({ status: 'custom', custom_message: expect.stringContaining('/ship link') });
  });
});

it('a workspace without work objects gets the link without, at once and from then on', async () => {
  const { page } = await running();
  stage.world.refusesWorkObjects = 'feature_not_enabled';
  const asked = () => stage.world.asked.get('chat.unfurl') ?? 0;
  const before = asked();
  expect(Object.keys(await shareAndWait([page]))).toEqual([page]);
  expect(entitiesOf()).toEqual([]);
  await shareAndWait([page]);
  expect(asked() - before).toBe(3);
  expect(stage.world.refused).toEqual(['chat.unfurl: feature_not_enabled']);
  stage.world.refused.length = 0;
  const kept = await until('memory', async () => {
    const [row] = await stage.db.database.asSystem().find(InstallationValue, { name: 'slack_refused_blocks:T1' });
    return row?.value;
  });
  expect(kept).toBe('work_object');
});
