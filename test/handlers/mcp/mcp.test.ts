import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { McpMode } from '../../../src/entities/api-token.ts';
import { AuditLog } from '../../../src/entities/audit-log.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createToken } from '../../../src/usecases/people/api-tokens.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeProject } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { connectClient, type TestClientOptions } from '../../support/mcp-client.ts';
import { makePerson, type Person } from '../../support/person.ts';
import { listen, type TestServer } from '../http/server.ts';

let test: TestDatabase;
let deps: Deps;
let server: TestServer;
let ada: Person;
const tokens = {} as Record<McpMode, string>;
let plain: string;
beforeAll(async () => {
  test = await createTestDatabase();
  deps = fakeDeps(test.database);
  server = await listen(deps);
  ada = await makePerson(deps, 'developer');
  const project = await makeProject(test.database, { name: 'shop', owner: ada.user });
  await makeApplication(test.database, { name: 'api', project });
  for (const mcp of ['read', 'write', 'ask'] as const)
    tokens[mcp] = await createToken(deps, { user: ada.user, name: mcp, mcp, origin: ada.origin });
  plain = await createToken(deps, { user: ada.user, name: 'plain', origin: ada.origin });
});
afterAll(async () => {
  await server.close();
  await test.close();
});

function connect(mode: McpMode, options: Omit<TestClientOptions, 'token'> = {}) {
  return connectClient(server.url, { token: tokens[mode], ...options });
}

async function send(headers: Record<string, string>, body: unknown = { jsonrpc: '2.0', id: 1, method: 'ping' }) {
  const response = await fetch(`${server.url}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${tokens.read}`,
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

async function newestAudit(action: string): Promise<AuditLog | undefined> {
  const [row] = await test.database.asSystem().find(AuditLog, { action }, { orderBy: { createdAt: 'desc' }, limit: 1 });
  return row;
}

describe.each([false, true])('an assistant (of 2026: %s)', (modern) => {
  it('reads what its person may read', async () => {
    const { call } = await connect('read', { modern });
    const answer = await call('whoami');
    expect(answer).toMatchObject({ isError: false, data: { username: ada.user.username, role: 'developer' } });
    expect(answer.text).toContain(ada.user.username);
  });

  it('is named in the audit log', async () => {
    const { call } = await connect('read', { modern });
    await call('app_list');
    expect(await newestAudit('command.run')).toMatchObject({
      user: { id: ada.user.id },
      userAgent: 'test-assistant 1.2.3 by MCP (token read)',
      details: { kind: 'command', platform: 'http', command: 'app list' },
    });
  });

  it('is told of mistakes in a sentence', async () => {
    const { call } = await connect('read', { modern });
    expect(await call('status', { app: 'no/such' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('no/such') as unknown,
    });
    expect(await call('status', { nothing: 1 })).toMatchObject({
      isError: true,
      text: expect.stringContaining('has no option `nothing`') as unknown,
    });
    expect(await call('frobnicate')).toMatchObject({
      isError: true,
      text: 'There is no tool `frobnicate`. `tools/list` lists them.',
    });
  });
});

describe('a token', () => {
  it('of an assistant opens nothing else', async () => {
    const response = await fetch(`${server.url}/api/commands/whoami`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.write}` },
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      detail: 'This token is for an assistant and opens nothing but `/mcp`.',
    });
  });

  it('of a person does not open it', async () => {
    const { status, text } = await send({ authorization: `Bearer ${plain}` });
    expect({ status, detail: (JSON.parse(text) as { detail: string }).detail }).toEqual({
      status: 401,
      detail:
        'This token is not for assistants. Create a token for an assistant in chat: `token create <name> --mcp ask`.',
    });
  });

  it('that only reads changes nothing', async () => {
    const { call, client } = await connect('read');
    const { tools } = await client.listTools();
    expect(tools.every(({ annotations }) => annotations?.readOnlyHint)).toBe(true);
    expect(await call('env_set', { app: 'shop/api', variables: ['A=1'] })).toEqual({
      isError: true,
      data: undefined,
      text: '`env set` changes something, and this token only reads. A person can run it, or make another token: `token create <name> --mcp ask`.',
    });
  });

  it('that writes does as its person may', async () => {
    const { call } = await connect('write');
    const answer = await call('env_set', { app: 'shop/api', variables: ['GREETING=hello'] });
    expect(answer.isError).toBe(false);
    expect((await ada.type('env list shop/api')).data).toMatchObject([{ key: 'GREETING', value: 'hello' }]);
    expect(await call('project_create', { name: 'books' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('needs the role `admin`; yours is `developer`') as unknown,
    });
  });

  it('is narrowed by the address', async () => {
    const { client } = await connect('write', { query: '?mode=read&tools=app,env' });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'app_list',
      'app_show',
      'app_dockerfile',
      'env_list',
      'env_history',
    ]);
  });
});

describe('a secret', () => {
  it('has no tool that prints it', async () => {
    const { client } = await connect('write');
    const { tools } = await client.listTools();
    const names = tools.map(({ name }) => name);
    for (const name of ['token_create', 'link', 'login', 'open', 'db_key', 'approve', 'deny', 'user_password'])
      expect(names).not.toContain(name);
    expect(JSON.stringify(tools)).not.toContain('"format":"password"');
  });

  it('is taken from no assistant', async () => {
    const { call } = await connect('write');
    expect(await call('env_set', { app: 'shop/api', variables: ['TOKEN'], secret: 'hunter22' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('`secret` is a secret. A person gives it') as unknown,
    });
  });
});

describe('what is sent', () => {
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami', arguments: {} } };

  it.each([
    ['nobody', { authorization: '' }, 401],
    ['a page of another site', { origin: 'https://evil.example' }, 403],
    ['a page without a site', { origin: 'null' }, 403],
    ['an own page', { origin: 'http://ship.example' }, 200],
    ['a client of an unknown protocol', { 'mcp-protocol-version': '1999-01-01' }, 400],
    ['a program that sends text', { 'content-type': 'text/plain' }, 415],
    ['a reader that takes no answer', { accept: 'text/html' }, 406],
  ])('by %s', async (_what, headers, status) => {
    expect((await send(headers as Record<string, string>, call)).status).toBe(status);
  });

  it('has to be JSON', async () => {
    const { status, text } = await send({}, '{"jsonrpc":');
    expect({ status, code: (JSON.parse(text) as { error: { code: number } }).error.code }).toEqual({
      status: 400,
      code: -32_700,
    });
  });

  it('has at most 1 MiB', async () => {
    expect((await send({}, JSON.stringify({ ...call, padding: 'x'.repeat(1024 ** 2) }))).status).toBe(413);
  });

  // Of one that is kept, who asked for its end would wait for it, or lose a next request on it.
  it.each(['close', 'keep-alive'])('decides what becomes of its connection: %s', async (connection) => {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${tokens.read}`,
      connection,
    };
    const request = httpRequest(`${server.url}/mcp`, { method: 'POST', headers, agent: false });
    request.end(JSON.stringify(call));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect([response.statusCode, response.headers.connection]).toEqual([200, connection]);
    expect(await readText(response)).toContain(ada.user.username);
  });

  it('comes by POST', async () => {
    for (const method of ['GET', 'DELETE']) {
      const response = await fetch(`${server.url}/mcp`, { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    }
  });

  it('may name its sender with anything', async () => {
    const clientInfo = { name: `evil\u001b[2J\nname ${'x'.repeat(500)}`, version: '1' };
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
    const begun = await send({}, { jsonrpc: '2.0', id: 1, method: 'initialize', params });
    const session = begun.headers.get('mcp-session-id') ?? '';
    expect(session).toMatch(/^[\da-f]{32}\.[\w-]+$/);
    await send({ 'mcp-session-id': session }, call);
    const named = await newestAudit('command.run');
    expect(named?.userAgent).toBe(`evil name ${'x'.repeat(50)} 1 by MCP (token read)`);
  });
});
