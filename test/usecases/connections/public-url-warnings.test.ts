import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Chat, publicUrlWarnings } from '../../../src/usecases/connections/public-url-warnings.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { testConfig } from '../../support/fakes.ts';

const links = 'links in chat lead nowhere for others: set SHIPMATE_PUBLIC_URL';
const socketMode = { platform: 'slack', local: false };
const byHttp = { ...socketMode, http: { path: '/slack/events', instead: 'use Socket Mode: SLACK_APP_TOKEN' } };
const terminal = { platform: 'console', local: true };
const plain =
  /^`http:\/\/[^`]+` is not encrypted: tokens and sign-in links can be read on the way\. Set SHIPMATE_PUBLIC_URL /;
const slack = /^Slack cannot reach `[^`]+\/slack\/events`: .* use Socket Mode: SLACK_APP_TOKEN\.$/;

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

it.each<[string, string, Chat | undefined, (string | RegExp)[]]>([
  ['an https address with chat', 'https://ship.example.com', byHttp, []],
  ['this machine', 'http://127.0.0.1:8080', undefined, []],
  ['this machine with chat', 'http://localhost:8080', socketMode, [links]],
  ['this machine with Slack’s HTTP mode', 'http://localhost:8080', byHttp, [links, slack]],
  ['a private network with Slack’s HTTP mode', 'https://10.0.0.5', byHttp, [slack]],
  ['a public address without https', 'http://ship.example.com', byHttp, [slack, plain]],
  ['a private network without https', 'http://ship.internal', undefined, [plain]],
])('warns as fits %s', async (_, publicUrl, chat, expected) => {
  const deps = { config: { ...testConfig, publicUrl }, database: test.database };
  const warnings = await publicUrlWarnings(deps, chat ? [terminal, chat] : [terminal]);
  expect(warnings).toEqual(expected.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))));
});
