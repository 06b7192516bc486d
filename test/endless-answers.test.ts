import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { s3Archive } from '../src/archive/s3.ts';
import { removeObjects } from '../src/backup-store/remove-objects.ts';
import { createDiscordApi } from '../src/bots/discord/api.ts';
import { createClient } from '../src/bots/discord/client.ts';
import { createRest } from '../src/bots/mattermost/rest.ts';
import { createSlackApi } from '../src/bots/slack/api.ts';
import { slackLogger } from '../src/bots/slack/logger.ts';
import { createWebClient } from '../src/bots/slack/web-client.ts';
import { createLogger } from '../src/logger.ts';
import type { S3Limits } from '../src/s3-client.ts';

/** Sends without end, begins an answer and then sends nothing, or does not answer. */
type Manner = 'endless' | 'halted' | 'silent';

/** Long enough to connect on a busy machine. */
const shortMs = 2_000;
const logger = slackLogger(createLogger('silent'));
let server: ReturnType<typeof createServer>;
let url: string;
let manner: Manner;
let received: number;

beforeEach(async () => {
  received = 0;
  server = createServer((_, response) => {
    received += 1;
    if (manner === 'silent') return;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"ok":');
    if (manner === 'halted') return;
    const blanks = Buffer.alloc(64 * 1024, ' ');
    const send = () => {
      while (response.write(blanks));
    };
    response.on('drain', send);
    send();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

describe('Slack', () => {
  const check = (timeoutMs?: number) => {
    const client = createWebClient({ apiUrl: `${url}/api/`, botToken: 'xoxb-1' }, { logger, timeoutMs });
    return createSlackApi(client, new AbortController().signal).check();
  };

  it('is read up to a limit', async () => {
    manner = 'endless';
    await expect(check()).rejects.toThrow('the answer is larger than 1 MiB');
  });

  it.each(['halted', 'silent'] as const)('is not waited for without end when it is %s', async (how) => {
    manner = how;
    await expect(check(shortMs)).rejects.toThrow('The operation was aborted due to timeout');
    expect(received).toBe(1);
  });
});

describe('Discord', () => {
  const ask = (timeoutMs?: number) =>
    createDiscordApi(createClient({ apiUrl: url, token: 'a token' }, timeoutMs), '1').verifyKey();

  it('is read up to a limit', async () => {
    manner = 'endless';
    await expect(ask()).rejects.toThrow('the answer is larger than 4 MiB');
  });

  it.each(['halted', 'silent'] as const)('is not waited for without end when it is %s', async (how) => {
    manner = how;
    await expect(ask(shortMs)).rejects.toThrow('This operation was aborted');
    expect(received).toBe(2);
  });
});

describe('Mattermost', () => {
  const ask = (timeoutMs?: number) => createRest(url, 'a token', timeoutMs).call('GET', '/users/me');

  it('is read up to a limit', async () => {
    manner = 'endless';
    await expect(ask()).rejects.toThrow('the answer is larger than 1 MiB');
  });

  it.each(['halted', 'silent'] as const)('is not waited for without end when it is %s', async (how) => {
    manner = how;
    await expect(ask(shortMs)).rejects.toThrow('The operation was aborted due to timeout');
    expect(received).toBe(1);
  });
});

describe('S3', () => {
  const store = () => ({ bucket: 'b', region: 'eu-1', accessKeyId: 'a', secretAccessKey: 's', endpoint: url });
  const list = (limits: S3Limits = {}) => s3Archive(store(), limits).list('audit/');

  it('is read up to a limit, also where backups are removed', async () => {
    manner = 'endless';
    await expect(list()).rejects.toThrow('the answer is larger than 8 MiB');
    await expect(removeObjects(store(), `s3:${url}/b/backups`)).rejects.toThrow('the answer is larger than 8 MiB');
  });

  it('is not waited for without end', async () => {
    manner = 'halted';
    await expect(list({ answerMs: 200 })).rejects.toThrow('S3 does not end its answer within 200 ms');
    manner = 'silent';
    await expect(list({ idleMs: 200 })).rejects.toThrow('200 ms');
  });
});
