import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { expectEnd, expectSuccess } from '../support/expect-end.ts';
import { answerOf, leftOf, tellRequest, variantOf } from '../support/preview-requests.ts';
import { openShipmate, type RunningShipmate } from '../support/shipmate.ts';
import { createTestApp, type TestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

/** Says which request it is the preview of, and what it was given. */
const server = `require('node:http').createServer((_, r) => {
  const { GREETING, SHIPMATE_PREVIEW, SIGNING_KEY } = process.env;
  r.end(JSON.stringify([SHIPMATE_PREVIEW, GREETING, SIGNING_KEY, require('node:fs').readdirSync('/data')]));
}).listen(8080)`;

let shipmate: RunningShipmate;
let app: TestApp;
beforeAll(async () => {
  shipmate = await openShipmate();
  app = await createTestApp(shipmate, { name: 'shown', settings: '--port 8080' });
  await shipmate.command(`volume create ${shipmate.project}-data ${app.name} /data`);
  await shipmate.command(`env set ${app.name} GREETING=production`);
  await shipmate.command(`env set ${app.name} SIGNING_KEY --secret`, { secret: 'of-production' });
  await shipmate.command(`env set ${app.name} GREETING=preview --preview`);
  await shipmate.command(`app set ${app.name} previews=on`);
});
afterAll(async () => {
  await shipmate.close();
  await app[Symbol.asyncDispose]();
});

const tell = (request: Parameters<typeof tellRequest>[2]) => tellRequest(shipmate, app, request);

it('serves the head of a request with its own variables and volume, and leaves nothing when that is closed', async () => {
  const host = `42-shown.${shipmate.project}.localhost`;
  const commit = await app.commit('1', { server });
  const request = { number: 42, commit, branch: 'main' };
  expect(await tell({ ...request, happened: 'opened' })).toMatchObject({
    previews: [{ application: app.name, number: 42, becomes: 'open' }],
  });
  const variant = await variantOf(shipmate, 42);
  const end = await shipmate.deploymentEnds(variant.deployment);
  expectSuccess(end);
  await until('the answer', async () => {
    const body = await answerOf(shipmate, host);
    return body === JSON.stringify(['42', 'preview', null, []]);
  });
  expect(await leftOf(variant.id)).toMatchObject({ services: 1, volumes: 1 });
  expect((await shipmate.command('app list')).table?.rows.map(([name]) => name)).toEqual([app.name]);
  expect((await shipmate.command('preview list')).table?.rows).toEqual([
    [app.name, '42 Fix it', commit.slice(0, 7), 'success', expect.any(String), expect.stringContaining(host)],
  ]);

  await tell({ ...request, happened: 'merged', at: '2026-11-28T11:00:00Z' });
  const nothing = { services: 0, containers: 0, images: 0, networks: 0, volumes: 0 };
  await until('the removal', async () => JSON.stringify(await leftOf(variant.id)) === JSON.stringify(nothing));
  await until('the end of the route', async () => (await answerOf(shipmate, host)) === undefined);
  expect((await shipmate.command('preview list')).data).toEqual([]);
});

it('does not let a fork have an image that only a login can pull, also when a member approved', async () => {
  const commit = await app.commit('2', { server });
  await tell({ number: 43, commit, branch: 'main', from: 'eve/shown', happened: 'opened' });
  const waiting = await variantOf(shipmate, 43);
  expect((await shipmate.deployment(waiting.deployment)).metadata.approval?.state).toBe('waiting');
  await shipmate.command(`preview open ${app.name} 43 --commit ${commit.slice(0, 7)}`);
  const { deployment: approved } = await variantOf(shipmate, 43, waiting.deployment);
  const end = await shipmate.deploymentEnds(approved);
  expectEnd(end, 'failed');
  expect(end.metadata.error).toContain(
    'cannot be pulled without a login, and previews of commits from outside get none',
  );
  await shipmate.command(`preview close ${app.name} 43`);
  await until('the removal', async () => Object.values(await leftOf(waiting.id)).every((count) => count === 0));
});
