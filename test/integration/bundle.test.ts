import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildBundle, entryName, root, writeBundle } from '../../scripts/bundle/build-bundle.ts';
import { sendGitHubPush } from '../../scripts/support/git-host.ts';
import { expectSuccess } from '../support/expect-end.ts';
import { visit } from '../support/ingress-fixture.ts';
import { openShipmate, type RunningShipmate } from '../support/shipmate.ts';
import { createTestApp, type TestApp } from '../support/test-app.ts';

/** What goes to a thread because of its size; see `inlineBytes`. */
const large = 300 * 1024;

let folder: string;
let shipmate: RunningShipmate;
let app: TestApp;

beforeAll(async () => {
  // Libraries that are not bundled are found from there.
  folder = await mkdtemp(join(root, 'node_modules/bundle-test-'));
  await writeBundle(folder, await buildBundle(folder));
  shipmate = await openShipmate({ empty: true, program: join(folder, entryName) });
  app = await createTestApp(shipmate, { name: 'hello', settings: '--port 8080', exitsAtOnce: true });
});

afterAll(async () => {
  await shipmate.close();
  await app[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe('Shipmate as one bundle', () => {
  it('has made the tables, and deploys what is pushed', async () => {
    const end = await shipmate.deploymentEnds(await app.push('1'));
    expect(expectSuccess(end)).toMatchObject({ metadata: { trigger: 'push' } });
    const { body } = await visit(shipmate.ingressPort, app.host);
    expect(JSON.parse(body)).toMatchObject({ version: '1' });
  });

  it('reads a large delivery in a thread', async () => {
    const { secret, repository } = app;
    const after = await app.commit('2');
    const url = `${shipmate.url}/webhooks/github`;
    const message = 'x'.repeat(large);
    const push = { url, secret, repository, branch: 'main', before: undefined, after, message };
    const { status, body } = await sendGitHubPush(push);
    expect({ status, body }).toMatchObject({ status: 202 });
  });

  it('has its pages with what belongs to them', async () => {
    const page = await fetch(`${shipmate.url}/`, { headers: { accept: 'text/html' } });
    const [, style = ''] = /<link rel="stylesheet" href="([^"]+)"/.exec(await page.text()) ?? [];
    const asset = await fetch(new URL(style, shipmate.url));
    const source = await readFile(join(root, 'src/handlers/http/pages/assets/style/base.css'), 'utf8');
    expect(await asset.text()).toContain(source);
  });

  it('ends when told to', async () => {
    expect(await shipmate.process().stop()).toBe(0);
  });
});
