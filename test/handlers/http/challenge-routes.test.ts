import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { AcmeChallenge } from '../../../src/entities/acme-challenge.ts';
import { renewCertificates } from '../../../src/usecases/certificates/renew-certificates.ts';
import { freePort } from '../../../scripts/support/free-port.ts';
import { type Pebble, startPebble } from '../../support/acme/pebble.ts';
import { openCertificates } from '../../support/acme/stage.ts';
import { listen, type TestServer } from './server.ts';

const folder = '/.well-known/acme-challenge';
const token = 'evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA';

let pebble: Pebble;
let stage: Awaited<ReturnType<typeof openCertificates>>;
let server: TestServer;
beforeAll(async () => {
  const httpPort = await freePort();
  pebble = await startPebble({ httpPort });
  stage = await openCertificates(pebble);
  // Where the authority looks, as a proxy of the person's own would lead it there.
  server = await listen(stage.deps, [], undefined, httpPort);
});
afterAll(async () => {
  await server.close();
  await stage[Symbol.asyncDispose]();
  await pebble[Symbol.asyncDispose]();
});

async function ask(path: string): Promise<{ status: number; type: string | null; text: string }> {
  const response = await fetch(`${server.url}${folder}/${path}`);
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

describe('GET /.well-known/acme-challenge/:token', () => {
  it('shows a real authority what it wants to see, so that the certificate is issued', async () => {
    await stage.add('proxied.test');
    expect(await renewCertificates(stage.deps, new AbortController().signal)).toBe('1 issued, 0 failed');
    const [row] = await stage.rows<{ issuer: string }>('select issuer from certificates');
    expect(row?.issuer).toMatch(/^Pebble Intermediate/);
  });

  it('answers for orders under way as plain text, and for no others', async () => {
    const domain = await stage.add('asked.test', { tlsEnabled: false });
    const em = stage.db.database.asSystem();
    const challenge = {
      id: randomUUID(),
      domain: domain.id,
      host: 'asked.test',
      token,
      keyAuthorization: `${token}.thumb`,
    };
    await em.insert(AcmeChallenge, { ...challenge, expiresAt: new Date(Date.now() + 60_000) });
    expect(await ask(token)).toEqual({ status: 200, type: 'text/plain; charset=utf-8', text: `${token}.thumb` });
    await executeSql(em, "update acme_challenges set expires_at = now() - interval '1 s'");
    expect(await ask(token)).toMatchObject({
      status: 404,
      text: expect.stringMatching(/No certificate is being requested/),
    });
  });

  it.each([
    ['one that is too short', 'short'],
    ['one that is too long', 'x'.repeat(300)],
    ['a zero byte', `${token}%00`],
    ['a way out of the folder', '..%2f..%2fetc%2fpasswd'],
    ['a quote', `${token}'--`],
  ])('refuses what is no token: %s', async (_what, wrong) => {
    expect(await ask(wrong)).toMatchObject({ status: 404, text: 'That is not a challenge token.\n' });
  });

  it('looks up no more than some in a second', async () => {
    const answers = await Promise.all(Array.from({ length: 400 }, () => ask(token)));
    const statuses = new Set(answers.map(({ status }) => status));
    expect(statuses).toEqual(new Set([404, 429]));
  });
});
