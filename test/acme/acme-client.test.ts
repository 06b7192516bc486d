import { createPrivateKey, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { acmeAuthority } from '../../src/acme/acme-client.ts';
import type { AcmeAccount } from '../../src/acme/authority.ts';
import { limitRates } from '../support/acme/limited-authority.ts';
import { type Pebble, startPebble } from '../support/acme/pebble.ts';
import { startResponder } from '../support/acme/responder.ts';
import { newKey } from '../support/acme/x509.ts';

const { signal } = new AbortController();
const accountKey = newKey();
let pebble: Pebble;

beforeAll(async () => {
  pebble = await startPebble();
});
afterAll(async () => {
  await pebble[Symbol.asyncDispose]();
});

function authorityAt(over: { directoryUrl?: string; caFile?: string | undefined } = {}) {
  const { directoryUrl, caFile } = pebble;
  return acmeAuthority({ directoryUrl, caFile, email: 'ops@example.com', pollMs: 20, waitMs: 60_000, ...over });
}

/** What Shipmate does with an order, in short. `answer` changes what is found at the challenge's address. */
async function issue(account: AcmeAccount, host: string, answer = (right: string) => right) {
  await using responder = await startResponder(pebble.httpPort);
  const key = newKey();
  const order = await account.order(host);
  const challenges = await account.challenges(order, 'http-01');
  for (const challenge of challenges) responder.answers.set(challenge.token, answer(challenge.answer));
  await account.validate(order, challenges);
  const chain = await account.certify(order, host, key);
  return { chain, key, order };
}

describe('acmeAuthority', () => {
  it('gets a key certified for a host that answers the challenge', async () => {
    const account = await authorityAt().open(accountKey, signal);
    const { chain, key } = await issue(account, 'shop.test');
    const leaf = new X509Certificate(chain);
    expect(leaf.checkHost('shop.test')).toBe('shop.test');
    expect(leaf.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(chain.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(1);
  });

  it('fetches again what an order has brought, and finds nothing of an order that is not known', async () => {
    const account = await authorityAt().open(accountKey, signal);
    const { chain, key, order } = await issue(account, 'again.test');
    const found = await account.find(order.url);
    expect(found).toEqual({ url: order.url, status: 'valid' });
    expect(await account.certify(found ?? order, 'again.test', key)).toBe(chain);
    expect(await account.find(`${order.url}x`)).toBeUndefined();
  });

  it('opens an account again that has no address', async () => {
    const key = newKey();
    const { directoryUrl, caFile } = pebble;
    const authority = acmeAuthority({ directoryUrl, caFile, email: undefined });
    for (const host of ['first.test', 'second.test']) {
      expect(await (await authority.open(key, signal)).order(host)).toMatchObject({ status: 'pending' });
    }
  });

  it('opens an account that was agreed upon beforehand, and says what is missing without', async () => {
    const right = { keyId: 'kid-1', hmacKey: 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W' };
    await using strict = await startPebble({ bindings: { [right.keyId]: right.hmacKey } });
    const { directoryUrl, caFile } = strict;
    const openWith = (binding?: typeof right, email?: string) =>
      acmeAuthority({ directoryUrl, caFile, email, binding }).open(accountKey, signal);
    for (const email of [undefined, 'ops@example.com']) {
      await expect(openWith(undefined, email)).rejects.toMatchObject({
        kind: 'refused',
        message: expect.stringMatching(/ACME_EAB_KID and ACME_EAB_HMAC_KEY/),
      });
    }
    await expect(openWith({ ...right, keyId: 'kid-2' })).rejects.toMatchObject({
      kind: 'refused',
      message: expect.not.stringContaining(right.hmacKey),
    });
    for (const email of [undefined, 'ops@example.com']) {
      expect(await (await openWith(right, email)).order('bound.test')).toMatchObject({ status: 'pending' });
    }
  });

  it('tells the authority’s words and the next step when something else answers', async () => {
    const account = await authorityAt().open(accountKey, signal);
    await expect(issue(account, 'wrong.test', () => 'a parked domain')).rejects.toMatchObject({
      kind: 'invalid',
      problem: 'urn:ietf:params:acme:error:unauthorized',
      message: expect.stringMatching(/could not confirm wrong\.test: .*a parked domain[^]*Something else answers/),
    });
  });

  it('tells that port 80 cannot be reached', async () => {
    const account = await authorityAt().open(accountKey, signal);
    const order = await account.order('closed.test');
    const challenges = await account.challenges(order, 'http-01');
    await expect(account.validate(order, challenges)).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringMatching(/closed\.test[^]*port 80/),
    });
  });

  it('goes on when half of its nonces are refused', async () => {
    await using unkind = await startPebble({ rejectNonces: 50 });
    const { directoryUrl, caFile } = unkind;
    const account = await authorityAt({ directoryUrl, caFile }).open(newKey(), signal);
    const orders = await Promise.all(['a.test', 'b.test', 'c.test', 'd.test'].map((host) => account.order(host)));
    expect(orders.map(({ status }) => status)).toEqual(['pending', 'pending', 'pending', 'pending']);
  });

  it('tells of an authority that is down, and works with it when it is back', async () => {
    await using restarted = await startPebble();
    const { directoryUrl, caFile } = restarted;
    const authority = authorityAt({ directoryUrl, caFile });
    const before = await (await authority.open(accountKey, signal)).order('down.test');
    await restarted.stop();
    await expect(authority.open(accountKey, signal)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/does not answer \(ECONNREFUSED\)/),
    });
    await restarted.start();
    const account = await authority.open(accountKey, signal);
    expect(await account.find(before.url)).toBeUndefined();
    expect((await account.order('down.test')).status).toBe('pending');
  });

  it('names the variable that makes a private authority trusted', async () => {
    const strict = authorityAt({ caFile: undefined });
    await expect(strict.open(accountKey, signal)).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/not trusted[^]*ACME_CA_FILE/),
    });
    const without = authorityAt({ caFile: '/nonexistent.pem' });
    await expect(without.open(accountKey, signal)).rejects.toThrow('ACME_CA_FILE cannot be read: /nonexistent.pem');
  });

  it.each([
    ['seconds', () => '7200'],
    ['a date', () => new Date(Date.now() + 7_200_000).toUTCString()],
  ])('says until when a limited rate asks to wait, in %s, and does not ask again', async (_how, retryAfter) => {
    await using limited = await limitRates(pebble, retryAfter());
    const account = await authorityAt({ directoryUrl: limited.directoryUrl }).open(accountKey, signal);
    const refusal = await account.order('often.test').catch((error: unknown) => error);
    expect(refusal).toMatchObject({ kind: 'rate-limited', message: expect.stringMatching(/already issued/) });
    expect(Math.abs((refusal as { retryAt: Date }).retryAt.getTime() - Date.now() - 7_200_000)).toBeLessThan(60_000);
    expect(limited.state.refused).toBe(1);
  });

  it('ends at once when it is told to', async () => {
    const stop = new AbortController();
    const account = await authorityAt().open(accountKey, stop.signal);
    stop.abort(new Error('the process stops'));
    await expect(account.order('late.test')).rejects.toThrow('the process stops');
  });
});
