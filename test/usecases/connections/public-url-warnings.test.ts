import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Config } from '../../../src/config.ts';
import { publicUrlWarnings } from '../../../src/usecases/connections/public-url-warnings.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { testConfig } from '../../support/fakes.ts';

const links = 'links in chat lead nowhere for others: set SHIPMATE_PUBLIC_URL';
const socketMode = { botToken: 'xoxb-1', appToken: 'xapp-1', signingSecret: undefined, apiUrl: undefined };
const byHttp = { ...socketMode, appToken: undefined, signingSecret: 'x' };
const plain =
  /^`http:\/\/[^`]+` is not encrypted: tokens and sign-in links can be read on the way\. Set SHIPMATE_PUBLIC_URL /;
const slack = /^Slack cannot reach `[^`]+\/slack\/events`: .* use Socket Mode: SLACK_APP_TOKEN\.$/;

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

it.each<[string, Partial<Config>, (string | RegExp)[]]>([
  ['an https address with chat', { publicUrl: 'https://ship.example.com', slack: byHttp }, []],
  ['this machine', { publicUrl: 'http://127.0.0.1:8080' }, []],
  ['this machine with chat', { publicUrl: 'http://localhost:8080', slack: socketMode }, [links]],
  ['this machine with Slack’s HTTP mode', { publicUrl: 'http://localhost:8080', slack: byHttp }, [links, slack]],
  ['a private network with Slack’s HTTP mode', { publicUrl: 'https://10.0.0.5', slack: byHttp }, [slack]],
  ['a public address without https', { publicUrl: 'http://ship.example.com', slack: byHttp }, [slack, plain]],
  ['a private network without https', { publicUrl: 'http://ship.internal' }, [plain]],
])('warns as fits %s', async (_, over, expected) => {
  const warnings = await publicUrlWarnings({ config: { ...testConfig, ...over }, database: test.database });
  expect(warnings).toEqual(expected.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))));
});
