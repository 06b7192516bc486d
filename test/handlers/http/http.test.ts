import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createToken } from '../../../src/usecases/people/api-tokens.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment, makeProject } from '../../support/factories.ts';
import { consoleOrigin, fakeDeps, fakeSwarm } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';
import { listen, type TestServer } from './server.ts';

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
  token = await createToken(deps, { user: ada.user, name: 'test', origin: consoleOrigin() });
});
afterAll(async () => {
  await server.close();
  await test.close();
});

interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

async function get(path: string, bearer?: string): Promise<Answer> {
  return answerOf(await fetch(server.url + path, { headers: bearer ? { authorization: `Bearer ${bearer}` } : {} }));
}

async function post(path: string, body: unknown, bearer: string | undefined = token): Promise<Answer> {
  return answerOf(
    await fetch(server.url + path, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...(bearer && { authorization: `Bearer ${bearer}` }) },
    }),
  );
}

async function answerOf(response: Response): Promise<Answer> {
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

describe('an address that does not exist', () => {
  it('is a page for browsers, and problem details for programs', async () => {
    const browser = await fetch(`${server.url}/dashboard`, { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect([browser.status, browser.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(await browser.text()).toContain('There is no page at this address.');
    expect(await get('/dashboard')).toMatchObject({
      status: 404,
      body: { title: 'Not found', detail: 'Not found. /api/openapi.json lists the routes.' },
    });
  });
});

describe('POST /api/commands/:name', () => {
  it('runs a command with JSON in and out', async () => {
    expect(await post('/api/commands/whoami', {})).toMatchObject({
      status: 200,
      body: { tone: 'info', data: { username: ada.user.username, role: 'developer' } },
    });
  });

  it.each(['project.list', 'project%20list', 'Project.List'])('knows %s', async (name) => {
    expect((await post(`/api/commands/${name}`, {})).status).toBe(200);
  });

  it('takes no body for no options', async () => {
    const response = await fetch(`${server.url}/api/commands/status`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(200);
  });

  it.each([
    ['malformed JSON', 'status', '{"app":', 400],
    ['a list', 'status', '[]', 400],
    ['a command that does not exist', 'frobnicate', {}, 404],
    ['an application that does not exist', 'status', { app: 'no/such' }, 404],
    ['a role that is missing', 'project.create', { name: 'shop' }, 403],
    ['an option that is missing', 'deploy', {}, 422],
    ['an option that does not exist', 'status', { ap: 'x' }, 422],
    ['a value of the wrong type', 'history', { app: 'x', limit: 'ten' }, 422],
    ['a name that is taken', 'token.create', { name: 'test' }, 409],
  ])('answers %s with a problem', async (_what, name, body, status) => {
    const answer = await post(`/api/commands/${name}`, body);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer).toMatchObject({ status, body: { status, title: expect.any(String), detail: expect.any(String) } });
  });

  it.each([
    ['no token', undefined],
    ['a wrong token', 'shp_nonsense'],
  ])('answers 401 to %s', async (_what, bearer) => {
    const response = await fetch(`${server.url}/api/commands/status`, {
      method: 'POST',
      headers: bearer ? { authorization: `Bearer ${bearer}` } : {},
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('refuses a body over 1 MiB', async () => {
    expect(await post('/api/commands/status', { app: 'x'.repeat(1_100_000) })).toMatchObject({ status: 413 });
  });

  it('hides what went wrong inside behind an id', async () => {
    const swarm = { ...fakeSwarm().swarm, inspect: () => Promise.reject(new Error('password=hunter2')) };
    const project = await makeProject(test.database, { owner: ada.user });
    const application = await makeApplication(test.database, { project });
    const broken = await listen({ ...deps, swarm });
    try {
      const response = await fetch(`${broken.url}/api/commands/status`, {
        method: 'POST',
        body: JSON.stringify({ app: application.name }),
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      });
      expect(response.status).toBe(500);
      expect(await response.text()).toMatch(/Something went wrong \(error id [0-9a-f]{8}\)\./);
    } finally {
      await broken.close();
    }
  });
});

describe('POST /api/commands', () => {
  it('runs a line as a person would type it', async () => {
    expect((await post('/api/commands', { line: 'ship whoami' })).body).toMatchObject({ tone: 'info' });
    expect((await post('/api/commands', { line: 'statsu' })).body).toMatchObject({
      status: 422,
      detail: 'There is no command `statsu`. Did you mean `status`?',
    });
    expect((await post('/api/commands', { lime: 'status' })).status).toBe(400);
  });

  it('says which secrets a line needs, and takes them beside it', async () => {
    const project = await makeProject(test.database, { name: 'secrets', owner: ada.user });
    await makeApplication(test.database, { name: 'api', project });
    const line = 'env set secrets/api KEY --secret';
    expect(await post('/api/commands', { line })).toMatchObject({ status: 422, body: { asks: [{ name: 'secret' }] } });
    expect((await post('/api/commands', { line, secrets: { secret: 'hunter2' } })).status).toBe(200);
  });

  it('lets a stranger link, and gives them a token', async () => {
    const admin = await makePerson(deps, 'admin');
    const { code } = (await admin.type('link --invite viewer')).data as { code: string };
    const response = await fetch(`${server.url}/api/commands`, {
      method: 'POST',
      body: JSON.stringify({ line: `link ${code}` }),
      headers: { 'content-type': 'application/json', 'x-shipmate-account': 'grace' },
    });
    const { data } = (await response.json()) as { data: { username: string; token: string } };
    expect(data.username).toBe('grace');
    expect((await post('/api/commands/whoami', {}, data.token)).body).toMatchObject({ data: { username: 'grace' } });
  });
});

describe('GET /api/deployments', () => {
  it('lists those that have not ended, of the applications that one sees', async () => {
    const application = await makeApplication(test.database, {
      project: await makeProject(test.database, { owner: ada.user }),
    });
    await makeDeployment(test.database, { application, status: 'success' });
    const older = await makeDeployment(test.database, {
      application,
      status: 'building',
      startedAt: new Date(Date.now() - 60_000),
    });
    const newer = await makeDeployment(test.database, { application, status: 'pending' });
    await makeDeployment(test.database, { status: 'building' });
    const { body, status } = await get('/api/deployments', token);
    expect(status).toBe(200);
    const name = `${application.project.name}/${application.name}`;
    expect(body).toMatchObject({
      running: [
        { application: name, deployment: { id: newer.id, status: 'pending' } },
        { application: name, deployment: { id: older.id, status: 'building' } },
      ],
    });
    expect((await get('/api/deployments')).status).toBe(401);
  });
});

describe('GET /api/deployments/:id', () => {
  it('shows a deployment to those who see its application', async () => {
    const project = await makeProject(test.database, { owner: ada.user });
    const application = await makeApplication(test.database, { project });
    const deployment = await makeDeployment(test.database, { application, status: 'building' });
    expect(await get(`/api/deployments/${deployment.id}`, token)).toMatchObject({
      status: 200,
      body: { finished: false, deployment: { status: 'building' }, log: [] },
    });
    const hidden = await makeDeployment(test.database);
    expect((await get(`/api/deployments/${hidden.id}`, token)).status).toBe(404);
    expect((await get('/api/deployments/nonsense', token)).status).toBe(404);
    expect((await get(`/api/deployments/${deployment.id}`)).status).toBe(401);
  });
});

describe('every answer', () => {
  it('has an id and headers that forbid framing, sniffing and caching', async () => {
    const { headers, status } = await get('/nowhere');
    expect(status).toBe(404);
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('tells browsers to come by HTTPS only, where Shipmate is reached by that', async () => {
    const secure = await listen({ ...deps, config: { ...deps.config, publicUrl: 'https://ship.example.com' } });
    const { headers } = await fetch(`${secure.url}/healthz`);
    await secure.close();
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
  });

  it('keeps the caller’s request id only when it is a sane one', async () => {
    const sane = await fetch(`${server.url}/healthz`, { headers: { 'x-request-id': 'abc-123' } });
    const odd = await fetch(`${server.url}/healthz`, { headers: { 'x-request-id': 'a b"c' } });
    expect(sane.headers.get('x-request-id')).toBe('abc-123');
    expect(odd.headers.get('x-request-id')).not.toBe('a b"c');
  });
});

describe('GET /api/openapi.json', () => {
  it('needs no token', async () => {
    expect(await get('/api/openapi.json')).toMatchObject({ status: 200, body: { openapi: '3.1.0' } });
  });
});
