import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { serveMcp } from '../../src/cli/mcp.ts';
import { openTransport } from '../../src/cli/open-client.ts';
import { type Relay, relayMessage } from '../../src/cli/relay-message.ts';
import { AuditLog } from '../../src/entities/audit-log.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { createToken } from '../../src/usecases/people/api-tokens.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeApplication, makeProject } from '../support/factories.ts';
import { fakeDeps } from '../support/fakes.ts';
import { type LocalShipmate, openLocalShipmate } from '../support/local-shipmate.ts';
import { patient, testClientOf } from '../support/mcp-client.ts';
import { makePerson, type Person } from '../support/person.ts';
import { bareEnvironment } from '../support/bare-environment.ts';

const bin = fileURLToPath(new URL('../../bin/shipmate.mjs', import.meta.url));

let test: TestDatabase;
let deps: Deps;
let local: LocalShipmate;
let ada: Person;
let token: string;
beforeAll(async () => {
  test = await createTestDatabase();
  deps = fakeDeps(test.database);
  local = await openLocalShipmate(deps);
  ada = await makePerson(deps, 'developer');
  const project = await makeProject(test.database, { name: 'shop', owner: ada.user });
  await makeApplication(test.database, { name: 'api', project });
  token = await createToken(deps, { user: ada.user, name: 'claude', mcp: 'write', origin: ada.origin });
});
afterAll(async () => {
  await local.close();
  await test.close();
});

const byNetwork = () => ({ ...bareEnvironment(), SHIPMATE_URL: local.url, SHIPMATE_TOKEN: token });
const bySocket = () => ({ ...bareEnvironment(), SHIPMATE_DATA_DIR: local.dataDir });

/** What is written to a message that is sent on by `env`. */
async function relayed(env: Record<string, string>, message: object | string | undefined, path = '/mcp') {
  const said: unknown[] = [];
  const text = typeof message === 'object' ? JSON.stringify(message) : message;
  const relay: Relay = { open: () => openTransport(env), transport: undefined, path, underWay: new Map() };
  await relayMessage(relay, text, (one) => void said.push(one));
  return said;
}

describe.each([
  ['of 2025', 'legacy' as const],
  ['of 2026', { pin: '2026-07-28' }],
])('shipmate mcp, to an assistant %s', (_what, mode) => {
  it('is the server that it reaches', async () => {
    const client = new Client({ name: 'desk', version: '4.5' }, { versionNegotiation: { mode } });
    const transport = new StdioClientTransport({ command: process.execPath, args: [bin, 'mcp'], env: byNetwork() });
    await client.connect(transport, patient);
    try {
      const { call } = testClientOf(client);
      expect(await call('whoami')).toMatchObject({ isError: false, data: { username: ada.user.username } });
      const { tools } = await client.listTools(undefined, patient);
      expect(tools.some(({ name }) => name === 'deploy')).toBe(true);
      const { contents } = await client.readResource({ uri: 'shipmate://applications' }, patient);
      expect(contents).toMatchObject([{ text: expect.stringContaining('shop/api') as unknown }]);
      const { messages } = await client.getPrompt({ name: 'deploy', arguments: { application: 'shop/api' } }, patient);
      expect(messages).toHaveLength(1);
      const found = { user: ada.user.id, action: 'command.run' };
      const rows = await test.database.asSystem().find(AuditLog, found);
      expect(new Set(rows.map(({ userAgent }) => userAgent))).toEqual(new Set(['desk 4.5 by MCP (token claude)']));
    } finally {
      await client.close();
    }
  });
});

describe('shipmate mcp', () => {
  it('asks over the socket of its machine, before each change', async () => {
    const client = new Client({ name: 'desk', version: '4.5' });
    const args = [bin, 'mcp', '--tools', 'project,whoami', '--wait=0'];
    await client.connect(new StdioClientTransport({ command: process.execPath, args, env: bySocket() }), patient);
    try {
      const { call } = testClientOf(client);
      expect(await call('whoami')).toMatchObject({ isError: false, data: { role: 'super_admin' } });
      const { tools } = await client.listTools(undefined, patient);
      expect(tools.map(({ name }) => name)).toEqual([
        'whoami',
        'project_create',
        'project_list',
        'project_show',
        'project_transfer',
        'project_team',
        'project_delete',
        'approval_result',
      ]);
      expect(await call('project_create', { name: 'books' })).toMatchObject({
        isError: false,
        data: { status: 'waiting' },
      });
    } finally {
      await client.close();
    }
  });

  it('answers over the socket in a row, at once, and once more', async () => {
    const client = new Client({ name: 'desk', version: '4.5' });
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args: [bin, 'mcp'], env: bySocket() }),
      patient,
    );
    try {
      const { call } = testClientOf(client);
      const asked = ['whoami', 'app_list', 'project_list'];
      for (const name of asked) expect(await call(name)).toMatchObject({ isError: false });
      const { tools } = await client.listTools(undefined, patient);
      expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(asked));
      const answers = await Promise.all([...asked, ...asked, ...asked].map(async (name) => call(name)));
      expect(answers.map(({ isError }) => isError)).toEqual(Array<boolean>(9).fill(false));
      const { contents } = await client.readResource({ uri: 'shipmate://applications' }, patient);
      expect(contents).toMatchObject([{ text: expect.stringContaining('shop/api') as unknown }]);
    } finally {
      await client.close();
    }
  });

  it.each([
    ['the socket', bySocket],
    ['the network', byNetwork],
  ])('answers over %s what it was asked before its input ended, and ends', async (_what, env) => {
    const child = spawn(process.execPath, [bin, 'mcp'], { env: env(), stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = once(child, 'close');
    const ask = (id: number, method: string, params: object) => JSON.stringify({ jsonrpc: '2.0', id, method, params });
    const begun = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'desk', version: '4.5' } };
    const lines = [ask(0, 'initialize', begun), ...[1, 2, 3, 4].map((id) => ask(id, 'tools/call', { name: 'whoami' }))];
    child.stdin.end(lines.map((line) => `${line}\n`).join(''));
    const said = (await text(child.stdout)).trim().split('\n');
    const ids = said.map((line) => (JSON.parse(line) as { id: number; result: object }).id);
    expect(new Set(ids)).toEqual(new Set([0, 1, 2, 3, 4]));
    expect(ids).toHaveLength(5);
    expect(await ended).toEqual([0, null]);
  });

  it('finds Shipmate once it has started', async () => {
    const said: unknown[] = [];
    const places = [{ ...byNetwork(), SHIPMATE_URL: 'http://127.0.0.1:1' }, bySocket()];
    const open = () => openTransport(places.shift() ?? {});
    const relay: Relay = { open, transport: undefined, path: '/mcp', underWay: new Map() };
    for (const id of [1, 2, 3]) {
      const asked = JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'whoami' } });
      await relayMessage(relay, asked, (one) => void said.push(one));
    }
    expect(said).toMatchObject([
      { id: 1, error: { message: expect.stringContaining('No Shipmate answers at http://127.0.0.1:1.') as unknown } },
      { id: 2, result: { content: [{}] } },
      { id: 3, result: { content: [{}] } },
    ]);
  });

  it.each([
    [400, '', 'sent no answer (HTTP 400).'],
    [200, '', 'sent no answer (HTTP 200).'],
    [200, '<html>', 'is not Shipmate (HTTP 200).'],
    [400, '{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Not like this."}}', 'Not like this.'],
  ])('leaves no request without an answer: %s %s', async (status, body, sentence) => {
    const other = createServer((_request, response) => void response.writeHead(status).end(body)).listen(
      0,
      '127.0.0.1',
    );
    await once(other, 'listening');
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    try {
      const said = await relayed({ ...byNetwork(), SHIPMATE_URL: url }, { jsonrpc: '2.0', id: 'a', method: 'ping' });
      expect(said).toMatchObject([{ id: 'a', error: { message: expect.stringContaining(sentence) as unknown } }]);
    } finally {
      other.close();
    }
  });

  it('only reads when its address says so', async () => {
    const call = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'project_create', arguments: {} } };
    expect(await relayed(bySocket(), call, '/mcp?mode=read')).toMatchObject([
      {
        id: 7,
        result: { isError: true, content: [{ text: expect.stringContaining('this token only reads') as unknown }] },
      },
    ]);
  });

  it.each([
    ['a token that is wrong', { SHIPMATE_TOKEN: 'shp_wrong' }, 'The token is wrong or was revoked.'],
    ['no server', { SHIPMATE_URL: 'http://127.0.0.1:1' }, 'No Shipmate answers at http://127.0.0.1:1.'],
  ])('answers with a sentence for %s', async (_what, env, sentence) => {
    const said = await relayed({ ...byNetwork(), ...env }, { jsonrpc: '2.0', id: 'a', method: 'ping' });
    expect(said).toMatchObject([
      { id: 'a', error: { code: -32_000, message: expect.stringContaining(sentence) as unknown } },
    ]);
  });

  it('sends no answer to what is none to answer', async () => {
    const begun = { jsonrpc: '2.0', method: 'notifications/initialized' };
    expect(await relayed(byNetwork(), begun)).toEqual([]);
    expect(await relayed({ ...byNetwork(), SHIPMATE_URL: 'http://127.0.0.1:1' }, begun)).toEqual([]);
  });

  it('answers what is no message, and what is too long', async () => {
    expect(await relayed(byNetwork(), 'nonsense')).toEqual([
      { jsonrpc: '2.0', id: null, error: { code: -32_700, message: 'The message is not JSON-RPC.' } },
    ]);
    expect(await relayed(byNetwork(), undefined)).toEqual([
      { jsonrpc: '2.0', id: null, error: { code: -32_700, message: 'The message is longer than 1 MiB.' } },
    ]);
  });

  it('tells how it is called', async () => {
    for (const words of [['--port', '1'], ['--tools'], ['--read=yes']])
      await expect(serveMcp(words, byNetwork())).rejects.toThrow('Usage: `shipmate mcp [--read]');
  });
});
