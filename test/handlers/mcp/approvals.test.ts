import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { callForAssistants } from '../../../src/bots/call-for-assistants.ts';
import { executeSql } from '../../../src/database/database.ts';
import { advisoryLeases, type Leases } from '../../../src/database/lease.ts';
import { AssistantRequest } from '../../../src/entities/assistant-request.ts';
import { AuditLog } from '../../../src/entities/audit-log.ts';
import type { Reply } from '../../../src/replies/reply.ts';
import { expireRequests } from '../../../src/usecases/assistants/expire-requests.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createToken } from '../../../src/usecases/people/api-tokens.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeProject, makeTeam } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { connectClient, type TestClient } from '../../support/mcp-client.ts';
import { linkIdentity, makePerson, type Person } from '../../support/person.ts';
import { recordingBot } from '../../support/recording-bot.ts';
import { until } from '../../support/until.ts';
import { listen, type TestServer } from '../http/server.ts';

let test: TestDatabase;
let leases: Leases;
let deps: Deps;
let server: TestServer;
let ada: Person;
let boss: Person;
let lead: Person;
let eve: Person;
/** Answers at once, without waiting for anybody. */
let assistant: TestClient;
let token: string;
const system = () => test.database.asSystem();

beforeAll(async () => {
  test = await createTestDatabase();
  leases = advisoryLeases(test.url);
  deps = fakeDeps(test.database, { leases });
  server = await listen(deps);
  [ada, lead, eve] = [
    await makePerson(deps, 'developer'),
    await makePerson(deps, 'developer'),
    await makePerson(deps, 'developer'),
  ];
  boss = await makePerson(deps, 'super_admin');
  const team = await makeTeam(test.database, [
    [ada.user, 'member'],
    [lead.user, 'admin'],
    [boss.user, 'owner'],
  ]);
  const project = await makeProject(test.database, { name: 'shop', owner: boss.user, team });
  await makeApplication(test.database, { name: 'api', project });
  token = await createToken(deps, { user: ada.user, name: 'claude', mcp: 'ask', origin: ada.origin });
  assistant = await connectClient(server.url, { token, query: '?wait=0' });
});
afterEach(async () => {
  await system().nativeDelete(AssistantRequest, {});
});
afterAll(async () => {
  await server.close();
  await leases.close();
  await test.close();
});

/** Asks for a variable, and tells the request's id. */
async function ask(value: string, { call }: TestClient = assistant): Promise<string> {
  const { data } = await call('env_set', { app: 'shop/api', variables: [`GREETING=${value}`] });
  return (data as { request: string }).request;
}

async function greeting(): Promise<unknown> {
  const { data } = await ada.type('env list shop/api');
  return (data as { key: string; value: string }[]).find(({ key }) => key === 'GREETING')?.value;
}

const result = (request: string) => assistant.call('approval_result', { request });

describe('a change that an assistant asks for', () => {
  it('waits for a person, and then runs as its person', async () => {
    const asked = await assistant.call('env_set', { app: 'shop/api', variables: ['GREETING=hello'] });
    const { request, status } = asked.data as { request: string; status: string };
    const short = request.slice(0, 8);
    expect({ status, isError: asked.isError }).toEqual({ status: 'waiting', isError: false });
    expect(asked.text).toContain(`has not run: a person has to approve it, with \`approve ${short}\` in chat`);
    expect(await greeting()).toBeUndefined();

    const approved = await ada.type(`approve ${short}`);
    expect(approved.text).toContain('Approved `env set shop/api "GREETING=…"`, for test-assistant 1.2.3.');
    expect(await greeting()).toBe('hello');
    const answer = await result(short);
    expect(answer).toMatchObject({ isError: false, data: { application: 'shop/api' } });

    const rows = await system().find(AuditLog, { user: ada.user.id }, { orderBy: { createdAt: 'asc' } });
    expect(rows.map(({ action, userAgent }) => [action, userAgent ?? null])).toEqual(
      expect.arrayContaining([
        ['user.assistant_request', 'test-assistant 1.2.3 by MCP (token claude)'],
        ['user.assistant_approve', null],
        ['application.env_set', `test-assistant 1.2.3 by MCP (approved by ${ada.user.username})`],
      ]),
    );
    expect(JSON.stringify(rows.filter(({ action }) => action.includes('assistant')))).not.toContain('hello');
  });

  it('is answered to the call that waits', async () => {
    const patient = await connectClient(server.url, { token, modern: true });
    const answer = patient.call('env_set', { app: 'shop/api', variables: ['GREETING=waited'] });
    const request = await until('a request', async () => {
      const found = await system().findOne(AssistantRequest, { status: 'waiting' });
      return found ?? undefined;
    });
    await boss.type(`approve ${request.id}`);
    expect(await answer).toMatchObject({ isError: false, data: { application: 'shop/api' } });
    expect(await greeting()).toBe('waited');
  });

  it('is one request, however often it is asked for', async () => {
    const first = await ask('again');
    expect(await ask('again')).toBe(first);
    expect(await ask('otherwise')).not.toBe(first);
  });

  it('is denied with a reason', async () => {
    const request = await ask('denied');
    expect((await lead.type(`deny ${request} not on a Friday`)).text).toBe('Denied: test-assistant 1.2.3 is told why.');
    expect(await result(request)).toMatchObject({
      isError: true,
      text: 'A person denied `env set shop/api "GREETING=…"`: not on a Friday.',
    });
    expect((await ada.type(`approve ${request}`)).text).toBe(
      'This request of an assistant is no longer waiting: it is `denied`.',
    );
  });

  it('is decided by its person, by those who approve in its project, and by super_admins alone', async () => {
    for (const [who, value] of [
      [ada, 'a'],
      [lead, 'b'],
      [boss, 'c'],
    ] as const) {
      const request = await ask(value);
      expect((await who.type(`approve ${request}`)).tone).toBe('success');
      expect(await greeting()).toBe(value);
    }
    const request = await ask('d');
    expect((await eve.type(`approve ${request}`)).tone).toBe('danger');
    expect((await eve.type(`deny ${request} no`)).tone).toBe('danger');
    expect(await result(request)).toMatchObject({ data: { status: 'waiting' } });
  });

  it('runs once, whoever approves at the same time', async () => {
    const request = await ask('once');
    const replies = await Promise.all([ada, lead, boss].map(async (one) => one.type(`approve ${request}`)));
    expect(replies.filter(({ tone }) => tone === 'success')).toHaveLength(1);
  });

  it('needs its role when it runs', async () => {
    const request = await ask('late');
    await executeSql(system(), `update users set role = 'viewer' where id = $1`, [ada.user.id]);
    const reply = await boss.type(`approve ${request}`);
    await executeSql(system(), `update users set role = 'developer' where id = $1`, [ada.user.id]);
    expect(reply.text).toContain('needs the role `developer`; yours is `viewer`');
    expect(await result(request)).toMatchObject({ isError: true });
    expect(await greeting()).not.toBe('late');
  });

  it('goes with its token', async () => {
    const other = await createToken(deps, { user: ada.user, name: 'lost', mcp: 'ask', origin: ada.origin });
    const request = await ask('lost', await connectClient(server.url, { token: other, query: '?wait=0' }));
    await ada.type('token revoke lost');
    expect((await ada.type(`approve ${request}`)).text).toBe('The token that it was asked with is revoked.');
  });

  it('is refused at once when it could not run', async () => {
    expect(await assistant.call('env_set', { app: 'shop/api', nothing: 1 })).toMatchObject({
      isError: true,
      text: expect.stringContaining('has no option `nothing`') as unknown,
    });
    expect(await assistant.call('project_create', { name: 'books' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('needs the role `admin`') as unknown,
    });
    expect(await system().count(AssistantRequest)).toBe(0);
  });

  it('waits beside nineteen others, and no more', async () => {
    for (let at = 0; at < 20; at += 1) await ask(`many-${at}`);
    expect(await assistant.call('env_unset', { app: 'shop/api', keys: ['GREETING'] })).toMatchObject({
      isError: true,
      text: '20 requests of assistants wait for you already. Decide some: `approve <id>`.',
    });
  });

  it('is kept without its values', async () => {
    const request = await ask('hunter22');
    const { rows } = await executeSql<{ row: string }>(system(), 'select r::text as row from assistant_requests r');
    expect(rows.some(({ row }) => row.includes(request) && !row.includes('hunter22'))).toBe(true);
  });

  it('is completed', async () => {
    const request = await ask('complete');
    const response = await fetch(`${server.url}/api/completions?line=approve%20`, {
      headers: {
        authorization: `Bearer ${await createToken(deps, { user: ada.user, name: 'cli', origin: ada.origin })}`,
      },
    });
    expect(await response.json()).toMatchObject({ matches: [request.slice(0, 8)] });
  });
});

describe('a request that nobody decides', () => {
  const later = (request: string, minutes: number) =>
    executeSql(system(), `update assistant_requests set expires_at = now() + $2 * interval '1 minute' where id = $1`, [
      request,
      minutes,
    ]);

  it('ends after its hour', async () => {
    const request = await ask('old');
    await later(request, -1);
    expect((await ada.type(`approve ${request}`)).text).toBe(
      'This request of an assistant is no longer waiting: it is `expired`.',
    );
    await expireRequests(deps);
    expect(await result(request)).toMatchObject({
      isError: true,
      text: 'Nobody decided about `env set shop/api "GREETING=…"` in time. Call the tool again to ask again.',
    });
  });

  it('is told to its person alone, once, and once more before it ends', async () => {
    await linkIdentity(test.database, ada.user, { platform: 'slack', workspace: 'T1', account: 'UADA' });
    const told: { account: string; reply: Reply }[] = [];
    const bot = recordingBot({ tell: async (account, reply) => void told.push({ account, reply }) });
    const request = await ask('told');
    const short = request.slice(0, 8);
    const look = () => callForAssistants(deps, bot, new Date());
    await look();
    await look();
    expect(told).toMatchObject([
      {
        account: 'UADA',
        reply: {
          title: 'test-assistant 1.2.3 asks for your approval',
          actions: [{ command: `approve ${short}` }, { command: `deny ${short}`, form: true }],
        },
      },
    ]);
    expect(told[0]?.reply.text).toContain('It would run in your name: `env set shop/api "GREETING=…"`');
    await later(request, 10);
    await expireRequests(deps);
    await look();
    await look();
    expect(told).toHaveLength(2);
    expect(told[1]?.reply.text).toContain('This is a reminder: it expires soon.');
    expect(bot.did).toEqual([]);
  });

  it('was interrupted when Shipmate stopped under it', async () => {
    const request = await ask('stopped');
    const decided = `update assistant_requests set status = 'running', decided_at = now() - interval '1 hour' where id = $1`;
    await executeSql(system(), decided, [request]);
    await expireRequests(deps);
    expect((await result(request)).text).toContain('Shipmate stopped while `env set shop/api "GREETING=…"` ran.');
  });

  it('is deleted a week after its end', async () => {
    const request = await ask('gone');
    await ada.type(`deny ${request} no`);
    await expireRequests(deps, new Date(Date.now() + 8 * 86_400_000));
    expect(await result(request)).toMatchObject({ isError: true, text: `You have no request \`${request}\`.` });
  });
});
