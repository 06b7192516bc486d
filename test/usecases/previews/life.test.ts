import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { ChatMessage } from '../../../src/entities/chat-message.ts';
import { labelKeys } from '../../../src/swarm/labels.ts';
import type { ServiceStatus } from '../../../src/swarm/swarm.ts';
import { networkOf } from '../../../src/usecases/applications/application-network.ts';
import { sweepPreviews } from '../../../src/usecases/previews/sweep-previews.ts';
import { openPreviewStage, type PreviewStage } from './stage.ts';
import { swarmNode } from '../../support/fakes.ts';
import { shaOf } from '../../support/webhooks.ts';

let stage: PreviewStage;
beforeAll(async () => {
  stage = await openPreviewStage({ announceTo: [{ platform: 'slack', channel: 'C1' }] });
});
afterAll(() => stage.close());

type App = Awaited<ReturnType<PreviewStage['connect']>>;

/** A request with its preview, last used some days ago. */
async function opened(app: App, number = 42, daysAgo = 0): Promise<string> {
  await stage.tell('github', app, { number });
  const said = await stage.settle(app, number);
  await executeSql(
    stage.db.asSystem(),
    `update previews set active_at = now() - $3 * interval '1 day' where application_id = $1 and number = $2`,
    [app.id, number, daysAgo],
  );
  return said;
}

const stateOf = async (app: App, number = 42) => {
  const { reason, state } = await stage.previewOf(app, number);
  return [state, reason];
};

describe('a preview', () => {
  it('that nobody uses is removed after its time, unless it is pinned', async () => {
    const app = await stage.connect('github', { previews_ttl: '3d' });
    await opened(app, 1, 4);
    await opened(app, 2, 2);
    await opened(app, 3);
    expect(await stage.root.type(`preview pin ${app.name} 3`)).toMatchObject({ tone: 'success' });
    await executeSql(stage.db.asSystem(), `update previews set active_at = now() - interval '9 days' where pinned`);
    await sweepPreviews(stage.deps);
    expect(await stage.settle(app, 1)).toBe('removed');
    expect(await stateOf(app, 1)).toEqual(['closed', 'nothing happened to it for 3d']);
    expect(await stateOf(app, 2)).toEqual(['open', null]);
    expect(await stateOf(app, 3)).toEqual(['open', null]);
  });

  it('beyond the most waits for a place, and gets the first that is free', async () => {
    const app = await stage.connect('github', { previews_max: 1 });
    expect(await opened(app, 1)).toBe('deploying');
    expect(await opened(app, 2)).toBe('waits: there are 1 previews already, and `previews-max` is 1');
    expect((await stage.previewOf(app, 2)).variant).toBeNull();
    await stage.root.type(`preview close ${app.name} 1`);
    expect(await stage.settle(app, 1)).toBe('removed');
    expect(await stage.settle(app, 2)).toBe('deploying');
    expect(await stateOf(app, 2)).toEqual(['open', null]);
  });

  it.each([
    ['is archived', 'app archive', 'the application is archived'],
    ['has no previews any more', 'app set previews=off', 'previews are off'],
  ])('goes when its application %s', async (_what, line, reason) => {
    const app = await stage.connect('github');
    await opened(app);
    const [verb = '', noun = '', ...more] = line.split(' ');
    await stage.root.type([verb, noun, app.name, ...more].join(' '));
    expect(await stage.settle(app)).toBe('removed');
    expect(await stateOf(app)).toEqual(['closed', reason]);
    expect((await stage.previewOf(app)).variant?.deletedAt).toBeInstanceOf(Date);
  });

  it('is in no list of applications, and has one of its own', async () => {
    const app = await stage.connect('github');
    await opened(app);
    const project = app.name.split('/')[0] ?? '';
    const name = `${project}/42-${app.name.split('/')[1]}`;
    for (const line of [`app list ${project}`, `project show ${project}`, 'project list']) {
      expect(JSON.stringify(await stage.root.type(line))).not.toContain('42-app');
    }
    const [row] = (await stage.root.type(`preview list ${app.name}`)).table?.rows ?? [];
    expect(row?.slice(0, 4)).toEqual([app.name, '42 Fix it', 'aaaaaaa', 'pending']);
    expect((await stage.root.type(`history ${name}`)).tone).toBe('info');
    expect((await stage.root.type('status')).text ?? '').not.toContain(name);
  });

  it('has one live message per channel, whatever its commits', async () => {
    const app = await stage.connect('github');
    await opened(app);
    const [first] = await stage.deploymentsOf(app);
    const messages = async () =>
      stage.db
        .asSystem()
        .find(ChatMessage, { deployment: { application: (await stage.previewOf(app)).variant?.id ?? '' } });
    await executeSql(stage.db.asSystem(), `update chat_messages set message = 'M1' where deployment_id = $1`, [
      first?.id,
    ]);
    await stage.tell('github', app, { happened: 'changed', commit: shaOf('b'), at: '2026-11-28T10:01:00Z' });
    await stage.settle(app);
    const [, second] = await stage.deploymentsOf(app);
    expect((await messages()).map(({ deployment, message }) => [deployment.id, message])).toEqual([[second?.id, 'M1']]);
  });

  it('of a fork is on a network of its own, that of a member on the project’s', async () => {
    const app = await stage.connect('github');
    await opened(app);
    const forked = await stage.connect('github', {}, { project: app.project });
    await stage.tell('github', forked, { from: 'eve/api' });
    await stage.settle(forked);
    const networks = await Promise.all(
      [app, forked].map(async (one) => {
        const { variant } = await stage.previewOf(one);
        return variant && networkOf(variant);
      }),
    );
    const project = networkOf(await stage.application(app));
    expect(networks[0]).toBe(project);
    expect(networks[1]).toMatch(/-preview-net-[\da-f]{8}$/);
  });

  it('says on which other nodes its volumes stay, when it had to run there', async () => {
    const app = await stage.connect('github');
    await executeSql(
      stage.db.asSystem(),
      `insert into volumes (id, application_id, name, type, mount_path, size_gb, options)
       values (gen_random_uuid(), $1::uuid, 'data-' || $1::text, 'docker_volume', '/data', 1, '{}')`,
      [app.id],
    );
    await opened(app);
    for (const deployment of await stage.deploymentsOf(app)) await stage.end(deployment);
    const variant = (await stage.previewOf(app)).variant?.id ?? '';
    const { swarm } = stage.deps;
    const before = { ...swarm };
    const service = { name: 'shop-42-api', labels: { [labelKeys.application]: variant } } as unknown as ServiceStatus;
    const other = swarmNode({ id: 'n2', hostname: 'node-2', own: false });
    Object.assign(swarm, {
      list: async () => [service],
      nodes: async () => [swarmNode(), other],
      nodesOf: async () => [other.id],
    });
    await stage.tell('github', app, { happened: 'closed', at: '2026-11-28T10:01:00Z' });
    expect(await stage.settle(app)).toBe('removed');
    Object.assign(swarm, before);
    const { rows } = await executeSql<{ details: object }>(
      stage.db.asSystem(),
      `select details from audit_logs where action = 'preview.remove' and resource_id = $1`,
      [variant],
    );
    expect(rows).toMatchObject([{ details: { kind: 'preview', volumes_left_on: ['node-2'] } }]);
  });

  it('under a name that an application has is refused with that', async () => {
    const app = await stage.connect('github');
    const project = app.name.split('/')[0] ?? '';
    const name = `42-${app.name.split('/')[1]}`;
    await stage.root.type(`app create ${project}/${name} --image nginx:1`);
    expect(await opened(app)).toBe(`another application is named \`${project}/${name}\``);
    expect((await stateOf(app))[0]).toBe('closed');
  });
});
