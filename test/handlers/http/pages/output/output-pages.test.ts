import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Application } from '../../../../../src/entities/application.ts';
import type { Deps } from '../../../../../src/usecases/deps.ts';
import { createToken } from '../../../../../src/usecases/people/api-tokens.ts';
import { createTestDatabase, type TestDatabase } from '../../../../support/database.ts';
import { makeApplication, makeProject } from '../../../../support/factories.ts';
import { consoleOrigin, fakeDeps } from '../../../../support/fakes.ts';
import { makePerson, type Person } from '../../../../support/person.ts';
import { printingSwarm } from '../../../../support/printing-swarm.ts';
import { listen, type TestServer } from '../../server.ts';

let test: TestDatabase;
let swarm: ReturnType<typeof printingSwarm>;
let deps: Deps;
let server: TestServer;
let ada: Person;
let token: string;
let app: Application;
let service: string;

beforeAll(async () => {
  test = await createTestDatabase();
  swarm = printingSwarm();
  deps = fakeDeps(test.database, { swarm: swarm.swarm });
  server = await listen(deps);
  ada = await makePerson(deps, 'admin');
  token = await createToken(deps, { user: ada.user, name: 'x', origin: consoleOrigin() });
  const project = await makeProject(test.database, { name: 'shop', owner: ada.user });
  app = await makeApplication(test.database, { name: 'api', project });
  service = swarm.run(app);
});
afterAll(async () => {
  await server.close();
  await test.close();
});

async function get(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) };
  return fetch(`${server.url}${path}`, { redirect: 'manual', ...init, headers });
}

/** Reads a stream until it has `text`. */
async function readUntil(response: Response, text: string): Promise<string> {
  let all = '';
  for await (const chunk of response.body ?? []) {
    all += Buffer.from(chunk).toString();
    if (all.includes(text)) return all;
  }
  throw new Error(`the stream ended without ${text}: ${all}`);
}

async function begin(): Promise<string> {
  await ada.type('run shop/api -- npm run seed');
  return swarm.started.at(-1)?.name ?? '';
}

it('the page of a log streams its lines, and goes on after the last one', async () => {
  const page = await (await get(`/applications/${app.id}/log`)).text();
  expect(page).toContain(`data-events="/applications/${app.id}/log/events"`);
  expect(page).toContain('Log of shop/api');
  expect(page).not.toContain('id="cancel"');
  swarm.print(service, 'one');
  const first = await get(`/applications/${app.id}/log/events`);
  expect(first.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const [, at = ''] = /^id: (.+)$/m.exec(await readUntil(first, '"text":"one"')) ?? [];
  swarm.print(service, 'two');
  const next = await get(`/applications/${app.id}/log/events`, { headers: { 'last-event-id': at } });
  expect(await readUntil(next, '"text":"two"')).not.toContain('"text":"one"');
});

it('the page of a command has its output, its end and a button that cancels it', async () => {
  const name = await begin();
  const page = await (await get(`/runs/${name}`)).text();
  expect(page).toContain('Command in shop/api');
  expect(page).toContain(`action="/runs/${name}/cancel"`);
  const stream = await get(`/api/runs/${name}`);
  expect(stream.headers.get('content-type')).toBe('application/x-ndjson');
  swarm.print(name, '<b>seeding</b>');
  const refused = await get(`/runs/${name}/cancel`, { method: 'POST', headers: { origin: 'https://evil.example' } });
  expect(refused.status).toBe(403);
  expect(await swarm.swarm.oneOffs()).toHaveLength(1);
  const pressed = await get(`/runs/${name}/cancel`, { method: 'POST', headers: { origin: server.url } });
  expect(pressed.status).toBe(303);
  const lines = (await stream.text()).trim().split('\n');
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { kind: 'line', text: '<b>seeding</b>' },
    { kind: 'end', text: 'It was cancelled.', exitCode: 130 },
  ]);
  expect((await get(`/runs/${name}`)).status).toBe(404);
});

it('the API describes both', async () => {
  const { paths } = (await (await get('/api/openapi.json')).json()) as { paths: Record<string, object> };
  expect(paths['/api/runs/{run}']).toHaveProperty(['get', 'responses', '200', 'content', 'application/x-ndjson']);
  expect(paths['/api/applications/{id}/log']).toHaveProperty('get.operationId', 'log');
});

it('strangers and people of other projects get nothing', async () => {
  const name = await begin();
  const other = await makePerson(deps, 'admin');
  const bearer = await createToken(deps, { user: other.user, name: 'x', origin: consoleOrigin() });
  for (const path of [`/runs/${name}`, `/applications/${app.id}/log`]) {
    for (const each of [path, `${path}/events`, `/api${path}`]) {
      expect((await fetch(`${server.url}${each}`)).status).toBe(401);
      expect((await get(each, { headers: { authorization: `Bearer ${bearer}` } })).status).toBe(404);
    }
  }
  const cancel = { method: 'POST', headers: { authorization: `Bearer ${bearer}`, origin: server.url } };
  expect((await get(`/runs/${name}/cancel`, cancel)).status).toBe(404);
  expect((await swarm.swarm.oneOffs()).map((one) => one.name)).toContain(name);
});
