import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createAcme } from '../../../src/acme/acme.ts';
import { renewCertificates } from '../../../src/usecases/certificates/renew-certificates.ts';
import { limitRates } from '../../support/acme/limited-authority.ts';
import { type Pebble, startPebble } from '../../support/acme/pebble.ts';
import { openCertificates } from '../../support/acme/stage.ts';

interface StoredCertificate {
  id: string;
  certificate: string;
  private_key: string;
  issuer: string;
}
interface StoredRenewal {
  attempts: number;
  error: string | null;
  next_attempt_at: Date;
  running_since: Date | null;
}

let pebble: Pebble;
let stage: Awaited<ReturnType<typeof openCertificates>>;

beforeAll(async () => {
  pebble = await startPebble();
  stage = await openCertificates(pebble);
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  await pebble[Symbol.asyncDispose]();
});
beforeEach(() => stage.reset());

const certificates = () => stage.rows<StoredCertificate>('select * from certificates order by created_at');
const orders = () =>
  stage.rows<{ status: string; private_key: string | null }>('select * from certificate_orders order by created_at');
async function renewal(): Promise<StoredRenewal> {
  const [row] = await stage.rows<StoredRenewal>('select * from certificate_renewals');
  if (!row) throw new Error('nobody asked for a certificate');
  return row;
}
const hoursUntil = (date: Date) => (new Date(date).getTime() - Date.now()) / 3_600_000;

describe('renew-certificates', () => {
  it('gets a certificate for a new domain, sealed, and says when it is renewed', async () => {
    await stage.add('shop.test');
    expect(await stage.renew()).toBe('1 issued, 0 failed');
    const [certificate, ...others] = await certificates();
    expect(others).toEqual([]);
    const leaf = new X509Certificate(certificate?.certificate ?? '');
    expect(leaf.checkHost('shop.test')).toBe('shop.test');
    expect(certificate?.issuer).toMatch(/^Pebble Intermediate/);
    const key = stage.deps.cipher.decrypt(
      certificate?.private_key ?? '',
      `certificates:${certificate?.id}:private_key`,
    );
    expect(key).toMatch(/BEGIN PRIVATE KEY/);
    const lifetime = (leaf.validToDate.getTime() - leaf.validFromDate.getTime()) / 3_600_000;
    const { attempts, next_attempt_at: next, running_since: running } = await renewal();
    expect({ attempts, running }).toEqual({ attempts: 0, running: null });
    expect(hoursUntil(next) / lifetime).toBeGreaterThan(0.66);
    expect(hoursUntil(next) / lifetime).toBeLessThan(0.71);
    expect(await orders()).toMatchObject([{ status: 'valid', private_key: null }]);
    expect(await stage.rows('select * from acme_challenges')).toEqual([]);
    const audits = await stage.rows(
      `select user_id, details ->> 'domain' as domain from audit_logs where action = 'domain.certificate_issue'`,
    );
    expect(audits).toEqual([{ user_id: null, domain: 'shop.test' }]);
    expect(await stage.renew()).toBe('0 issued, 0 failed');
  });

  it('keeps the last three of a domain, under one account', async () => {
    await stage.add('often.test');
    for (let round = 0; round < 4; round += 1) {
      await stage.makeDue();
      expect(await stage.renew()).toBe('1 issued, 0 failed');
    }
    expect(await certificates()).toHaveLength(3);
    expect(await stage.rows('select * from acme_accounts')).toHaveLength(1);
  });

  it('works once, however many Shipmates and jobs want to', async () => {
    await Promise.all(['a.test', 'b.test', 'c.test'].map((name) => stage.add(name)));
    await Promise.all([stage.renew(), stage.renew(), stage.renew()]);
    expect(await certificates()).toHaveLength(3);
    expect(await orders()).toHaveLength(3);
  });

  it('does not ask the authority when something else answers for the domain', async () => {
    await stage.add('parked.test');
    stage.port80().state.instead = 'buy this domain';
    expect(await stage.renew()).toBe('0 issued, 1 failed');
    expect(stage.port80().asked).toHaveLength(1);
    const { attempts, error, next_attempt_at: next } = await renewal();
    expect(attempts).toBe(1);
    expect(error).toMatch(/Something else answers for parked\.test at 127\.0\.0\.1[^]*cert renew/);
    expect(hoursUntil(next)).toBeGreaterThan(0.15);
    expect(hoursUntil(next)).toBeLessThan(0.21);
    stage.port80().state.instead = undefined;
    await stage.makeDue();
    expect(await stage.renew()).toBe('1 issued, 0 failed');
    expect(await renewal()).toMatchObject({ attempts: 0, error: null });
  });

  it('keeps what the authority said when it cannot reach the domain, with the next step', async () => {
    await stage.add('closed.test');
    await stage.closePort80();
    expect(await stage.renew()).toBe('0 issued, 1 failed');
    const { error } = await renewal();
    expect(error).toMatch(
      /could not confirm closed\.test[^]*port 80[^]*From here, port \d+ of closed\.test .* is unreachable/,
    );
    expect(await orders()).toMatchObject([{ status: 'invalid', private_key: null }]);
  });

  it('asks five times an hour at most for a domain that fails', async () => {
    await stage.add('failing.test');
    await stage.closePort80();
    for (let round = 0; round < 6; round += 1) {
      await stage.makeDue();
      await stage.renew();
    }
    expect(await orders()).toHaveLength(5);
    const { error, next_attempt_at: next } = await renewal();
    expect(error).toMatch(/5 failed validations of it in an hour/);
    expect(hoursUntil(next)).toBeGreaterThan(0.9);
  });

  it('goes on with an order that a killed run has left', async () => {
    await stage.add('killed.test');
    const stop = new AbortController();
    const { probe } = stage.deps.acme;
    const dying = {
      ...stage.deps,
      acme: {
        ...stage.deps.acme,
        probe: {
          ...probe,
          http: async () => {
            stop.abort(new Error('killed'));
            throw new Error('killed');
          },
        },
      },
    };
    await expect(renewCertificates(dying, stop.signal)).rejects.toThrow('killed');
    expect(await renewal()).toMatchObject({ attempts: 0 });
    expect(await orders()).toMatchObject([{ status: 'pending' }]);
    expect(await stage.renew()).toBe('1 issued, 0 failed');
    expect(await orders()).toMatchObject([{ status: 'valid' }]);
  });

  it('waits while the authority is down, notifies when it stays so, and goes on when it is back', async () => {
    await stage.add('patient.test');
    await pebble.stop();
    for (let round = 1; round <= 3; round += 1) {
      await stage.makeDue();
      expect(await stage.renew()).toBe('0 issued, 1 failed');
      expect(await renewal()).toMatchObject({ attempts: round, error: expect.stringMatching(/ECONNREFUSED/) });
    }
    expect(hoursUntil((await renewal()).next_attempt_at)).toBeGreaterThan(1.9);
    // Others that are due leave it alone for a while.
    await stage.add('late.test');
    expect(await stage.renew()).toBe('0 issued, 0 failed');
    await pebble.start();
    await stage.makeDue();
    expect(await stage.renew()).toBe('2 issued, 0 failed');
  });

  it('asks no more until the authority wants it, when a rate is limited', async () => {
    await using limited = await limitRates(pebble, '86400');
    const { directoryUrl } = limited;
    const config = { ...stage.deps.config, acme: { ...stage.deps.config.acme, directoryUrl } };
    const options = { pollMs: 20, httpPort: pebble.httpPort, nameServers: [pebble.nameServer] };
    const deps = { ...stage.deps, config, acme: createAcme(config, options) };
    const run = () => renewCertificates(deps, new AbortController().signal);
    await stage.add('popular.test');
    expect(await run()).toBe('0 issued, 1 failed');
    await stage.add('other.test');
    expect(await run()).toBe('0 issued, 0 failed');
    expect(limited.state.refused).toBe(1);
    const [first] = await stage.rows<StoredRenewal>('select * from certificate_renewals where attempts = 1');
    expect(first?.error).toMatch(/The authority limits requests: too many certificates/);
    expect(hoursUntil(first?.next_attempt_at ?? new Date())).toBeGreaterThan(23.9);
    limited.state.limited = false;
    await stage.makeDue();
    expect(await run()).toBe('2 issued, 0 failed');
  });

  it('says what a wildcard needs where nobody keeps the records', async () => {
    await stage.add('*.shop.test');
    expect(await stage.renew()).toBe('0 issued, 1 failed');
    expect((await renewal()).error).toMatch(/wildcards by a DNS record only[^]*SHIPMATE_DNS_PROVIDER[^]*cert upload/);
  });

  it('asks for those of domains that were added before, and leaves domains without TLS alone', async () => {
    await stage.add('plain.test', { tlsEnabled: false });
    await stage.add('older.test');
    await stage.rows('delete from certificate_renewals');
    expect(await stage.renew()).toBe('1 issued, 0 failed');
  });
});
