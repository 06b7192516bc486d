import { request } from 'node:http';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RawListener } from '../../../src/handlers/bodies/raw-request.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { listen, type TestServer } from './server.ts';

let test: TestDatabase;
let server: TestServer;
beforeAll(async () => {
  test = await createTestDatabase();
  const listener: RawListener = ({ rawBody }, response) => void response.end(String(rawBody.length));
  server = await listen(fakeDeps(test.database), [{ platform: 'slack', http: { path: '/slack/events', listener } }]);
});
afterAll(async () => {
  await server.close();
  await test.close();
});

function post(path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(server.url + path, {
    method: 'POST',
    body: new Uint8Array(Buffer.from(body)),
    headers: { 'content-type': 'application/json', ...headers },
  });
}

/** Without a Content-Length, as some proxies pass bodies on. */
async function postInPieces(path: string, piece: Buffer, pieces: number): Promise<number | undefined> {
  const sent = request(server.url + path, { method: 'POST', headers: { 'content-type': 'application/json' } });
  const answered = once(sent, 'response');
  for (let count = 0; count < pieces; count += 1) sent.write(piece);
  sent.end();
  const [response] = (await answered) as [import('node:http').IncomingMessage];
  response.resume();
  return response.statusCode;
}

const line = (length: number) => JSON.stringify({ line: 'x'.repeat(length) });

describe('a stranger', () => {
  it('may send 4 KiB', async () => {
    expect((await post('/api/commands', line(4_000))).status).toBe(422);
    const refused = await post('/api/commands', line(4_096));
    expect([refused.status, await refused.json()]).toEqual([
      413,
      {
        type: 'about:blank',
        title: 'Too large',
        status: 413,
        detail: 'The body is larger than 4 KiB. Send your token for more: `Authorization: Bearer <token>`.',
      },
    ]);
  });

  it('may not send more in pieces', async () => {
    expect(await postInPieces('/api/commands', Buffer.alloc(1_000, 'x'), 5)).toBe(413);
  });

  it('may not send what is compressed', async () => {
    const headers = { 'content-encoding': 'gzip' };
    expect((await post('/api/commands', gzipSync(line(10)), headers)).status).toBe(415);
    expect((await post('/slack/events', gzipSync(line(10)), headers)).status).toBe(415);
  });

  it('is asked for the token before the body is read', async () => {
    const wrong = { authorization: 'Bearer shp_nonsense' };
    expect((await post('/api/commands', line(100_000), wrong)).status).toBe(401);
  });
});

describe('what a chat platform sends', () => {
  it('is passed on up to 1 MiB', async () => {
    const most = Buffer.alloc(1024 ** 2, 'x');
    const taken = await post('/slack/events', most);
    expect([taken.status, await taken.text()]).toEqual([200, '1048576']);
    const refused = await post('/slack/events', Buffer.alloc(1024 ** 2 + 1, 'x'));
    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({ detail: 'The body is larger than 1 MiB.' });
    expect(await postInPieces('/slack/events', most, 2)).toBe(413);
  });
});
