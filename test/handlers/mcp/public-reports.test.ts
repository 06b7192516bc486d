import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AssistantRequest } from '../../../src/entities/assistant-request.ts';
import { waitingOf } from '../../../src/handlers/mcp/progress.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createToken } from '../../../src/usecases/people/api-tokens.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeProject } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';
import { until } from '../../support/until.ts';
import { listen, type TestServer } from '../http/server.ts';

let test: TestDatabase;
let deps: Deps;
let server: TestServer;
let ada: Person;
let token: string;
beforeAll(async () => {
  test = await createTestDatabase();
  deps = fakeDeps(test.database);
  server = await listen(deps);
  ada = await makePerson(deps, 'developer');
  const project = await makeProject(test.database, { name: 'shop', owner: ada.user });
  await makeApplication(test.database, { name: 'api', project });
  token = await createToken(deps, { user: ada.user, name: 'claude', mcp: 'ask', origin: ada.origin });
});
afterAll(async () => {
  await server.close();
  await test.close();
});

async function send(body: unknown, headers: Record<string, string> = {}, query = '') {
  const response = await fetch(`${server.url}/mcp${query}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${token}`,
      ...headers,
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const begin = (protocolVersion: string) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion, capabilities: {}, clientInfo: { name: 'desk', version: '1' } },
});

/** The answers in a stream of events. */
const answersIn = (text: string) =>
  text.split('\n').flatMap((line) => (line.startsWith('data: {') ? [JSON.parse(line.slice(6)) as object] : []));

/** What others reported of their servers. */
describe('public reports', () => {
  // https://github.com/supabase/mcp/issues/400
  it('a session that its client ends is refused by its method, never as one that is not there', async () => {
    const { headers } = await send(begin('2025-11-25'));
    const session = headers.get('mcp-session-id') ?? '';
    const ended = await fetch(`${server.url}/mcp`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}`, 'mcp-session-id': session },
    });
    expect([ended.status, ended.headers.get('allow')]).toEqual([405, 'POST']);
  });

  // https://github.com/modelcontextprotocol/python-sdk/pull/2262
  it('a stream that is listened to, or taken up again, is refused at once and holds nothing', async () => {
    const listening = await fetch(`${server.url}/mcp`, {
      headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream', 'last-event-id': '7' },
    });
    expect(listening.status).toBe(405);
  });

  // https://github.com/modelcontextprotocol/php-sdk/issues/306
  it.each([
    ['1900-01-01', 400],
    ['not-a-version', 400],
    ['2025-06-18', 200],
    [undefined, 200],
  ])('the version of the protocol %s', async (version, status) => {
    const headers: Record<string, string> = version === undefined ? {} : { 'mcp-protocol-version': version };
    expect((await send({ jsonrpc: '2.0', id: 1, method: 'ping' }, headers)).status).toBe(status);
  });

  // https://github.com/drshade/haskell-mcp-server/issues/2
  it('a version that is unknown is answered with one that is known, when it is a wish', async () => {
    const { status, text } = await send(begin('1999-01-01'));
    expect(status).toBe(200);
    expect(answersIn(text)).toMatchObject([
      { id: 1, result: { protocolVersion: expect.stringMatching(/^2025-/) as unknown } },
    ]);
  });

  // https://github.com/pgEdge/pgedge-postgres-mcp/issues/142
  it.each([
    ['a notification', { jsonrpc: '2.0', method: 'notifications/initialized' }],
    ['one of what is not under way', { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 9 } }],
    ['an unknown one', { jsonrpc: '2.0', method: 'notifications/frobnicated' }],
  ])('%s is accepted without a word', async (_what, body) => {
    expect(await send(body)).toMatchObject({ status: 202, text: '' });
  });

  // https://github.com/Kuadrant/mcp-gateway/issues/422
  it('a call that waits ends when its client cancels it, in its own session alone', async () => {
    const sessionOf = async () => (await send(begin('2025-11-25'))).headers.get('mcp-session-id') ?? '';
    const own = { 'mcp-session-id': await sessionOf() };
    const other = { 'mcp-session-id': await sessionOf() };
    const waiting = () => test.database.asSystem().count(AssistantRequest, { status: 'waiting' });
    const params = { name: 'env_set', arguments: { app: 'shop/api', variables: ['A=1'] } };
    let isOver = false;
    const call = send({ jsonrpc: '2.0', id: 5, method: 'tools/call', params }, own, '?wait=300').finally(
      () => (isOver = true),
    );
    await until('a request', async () => (await waiting()) > 0 || undefined);
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } };
    for (const headers of [other, {}]) expect((await send(cancel, headers)).status).toBe(202);
    expect(isOver).toBe(false);
    expect((await send(cancel, own)).status).toBe(202);
    expect(answersIn((await call).text)).toEqual([]);
    // Nobody has decided: it can still be approved.
    expect(await waiting()).toBe(1);
  });

  // https://github.com/Work90210/APIFold/issues/78
  it('a batch is answered as one, where its version has batches', async () => {
    const batch = [1, 2].map((id) => ({ jsonrpc: '2.0', id, method: 'ping' }));
    const { status, text } = await send(batch, { 'mcp-protocol-version': '2025-03-26' });
    expect(status).toBe(200);
    expect(answersIn(text)).toEqual([1, 2].map((id) => ({ jsonrpc: '2.0', id, result: {} })));
  });

  // https://github.com/anomalyco/opencode/issues/28186
  it('a client that cannot be told of progress has its answer before its minute is over', async () => {
    const context = { mcpReq: { signal: new AbortController().signal } };
    const { waitMs } = waitingOf({ waitMs: undefined }, context as unknown as Parameters<typeof waitingOf>[1]);
    expect(waitMs).toBeLessThan(60_000);
  });
});
