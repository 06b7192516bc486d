import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createBodyGate, type GateLimits } from '../../../src/handlers/bodies/body-gate.ts';
import type { RawListener } from '../../../src/handlers/bodies/raw-request.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { listen, type TestServer } from '../http/server.ts';

const minute = 60_000;
const roomy: GateLimits = {
  all: { bodies: 100, bytes: 1024 ** 2 },
  one: { bodies: 100, bytes: 1024 ** 2 },
  waitMs: minute,
  arriveMs: minute,
  waiting: 0,
};

let test: TestDatabase;
let server: TestServer | undefined;
beforeAll(async () => void (test = await createTestDatabase()));
afterEach(async () => {
  await server?.close();
  server = undefined;
});
afterAll(() => test.close());

/** Shipmate with these limits, and a chat platform that answers with the size of the body. */
async function open(limits: Partial<GateLimits>): Promise<void> {
  const listener: RawListener = ({ rawBody }, response) => void response.end(String(rawBody.length));
  const chats = [{ platform: 'slack', http: { path: '/slack/events', listener } }];
  server = await listen(fakeDeps(test.database), chats, { bodies: createBodyGate({ ...roomy, ...limits }) });
}

interface Answer {
  status: number | undefined;
  retryAfter: string | undefined;
  body: Record<string, unknown>;
}

const webhook = '/webhooks/bitbucket';
const chat = '/slack/events';

/** Sends the headers of a request with a body of ten bytes. */
function begin(path: string): { sent: ClientRequest; answer: Promise<Answer> } {
  const headers = { 'content-length': 10, expect: '100-continue', 'x-hub-signature': 'sha256=none' };
  const sent = request(`${server?.url}${path}`, { method: 'POST', headers, agent: false });
  sent.flushHeaders();
  const answer = answerOf(sent);
  // One that is held may be cut off when the test ends.
  answer.catch(() => undefined);
  return { sent, answer };
}

async function answerOf(sent: ClientRequest): Promise<Answer> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const body: unknown = JSON.parse(await text(response));
  return {
    status: response.statusCode,
    retryAfter: response.headers['retry-after'],
    body: typeof body === 'object' ? (body as Record<string, unknown>) : { length: body },
  };
}

/** A request that has its place, and whose body does not come. */
async function hold(path: string) {
  const held = begin(path);
  await once(held.sent, 'continue');
  return held;
}

async function post(path: string): Promise<Answer> {
  const { sent, answer } = begin(path);
  sent.end('0123456789');
  return answer;
}

describe('an unverified body', () => {
  it('has to arrive in time', async () => {
    await open({ arriveMs: 100 });
    const [slowWebhook, slowChat] = [await hold(webhook), await hold(chat)];
    expect(await slowWebhook.answer).toEqual({
      status: 408,
      retryAfter: undefined,
      body: { error: 'The body did not arrive within 100 ms.' },
    });
    expect(await slowChat.answer).toMatchObject({
      status: 408,
      body: { title: 'Too slow', detail: 'The body did not arrive within 100 ms.' },
    });
  });

  it('is refused while its address has too many under way', async () => {
    await open({ one: { bodies: 1, bytes: 1_000 } });
    const held = await hold(chat);
    expect(await post(chat)).toEqual({
      status: 429,
      retryAfter: '10',
      body: expect.objectContaining({
        title: 'Too many requests',
        detail: 'Too many requests from this address are under way. Send it again.',
      }),
    });
    held.sent.end('0123456789');
    expect(await held.answer).toMatchObject({ status: 200, body: { length: 10 } });
    expect(await post(chat)).toMatchObject({ status: 200, body: { length: 10 } });
  });

  it('of a git host gets an answer after which the host sends it again', async () => {
    await open({ one: { bodies: 1, bytes: 1_000 } });
    await hold(webhook);
    expect(await post(webhook)).toEqual({
      status: 503,
      retryAfter: '5',
      body: { error: 'Too many requests from this address are under way. Send it again.' },
    });
  });

  it.each([
    ['number', { bodies: 1, bytes: 1_000 }],
    ['bytes', { bodies: 100, bytes: 19 }],
  ])('is refused while everybody together has too many under way, by %s', async (_, all) => {
    await open({ all });
    await hold(webhook);
    expect(await post(webhook)).toEqual({
      status: 503,
      retryAfter: '5',
      body: { error: 'Too many requests are under way. Send it again in a few seconds.' },
    });
    expect(await post(chat)).toMatchObject({ status: 503, retryAfter: '5', body: { title: 'Unavailable' } });
  });

  it('waits for its turn', async () => {
    await open({ all: { bodies: 1, bytes: 1_000 }, waiting: 1 });
    const held = await hold(webhook);
    const waiting = await hold(chat);
    waiting.sent.end('0123456789');
    held.sent.end('0123456789');
    expect(await held.answer).toMatchObject({ status: 401 });
    expect(await waiting.answer).toMatchObject({ status: 200, body: { length: 10 } });
  });

  it('gives its place back when the sender hangs up', async () => {
    await open({ all: { bodies: 1, bytes: 1_000 }, waiting: 1 });
    const held = await hold(webhook);
    const waiting = post(chat);
    held.sent.destroy();
    expect(await waiting).toMatchObject({ status: 200, body: { length: 10 } });
  });
});
