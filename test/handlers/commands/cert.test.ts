import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import type { JobRequest } from '../../../src/queue/queue.ts';
import { watchCertificates } from '../../../src/usecases/certificates/watch-certificates.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { makeCertificate, newKey } from '../../support/acme/x509.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment, makeProject, makeTeam } from '../../support/factories.ts';
import { fakeDeps, fakeIngress, fakeQueue } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';
import { allWorded } from '../../support/worded.ts';

const day = 86_400_000;
const ca = makeCertificate({ name: 'Own Root', authority: true });
const middle = makeCertificate({ name: 'Own Intermediate', authority: true, issuer: ca });
const enqueued: JobRequest[] = [];
const { ingress, applied } = fakeIngress();
let test: TestDatabase;
let deps: Deps;
let ada: Person;
let grace: Person;

beforeAll(async () => {
  test = await createTestDatabase();
  const queue = { ...fakeQueue().queue, enqueueJob: async (request: JobRequest) => void enqueued.push(request) };
  deps = fakeDeps(test.database, { ingress, queue });
  ada = await makePerson(deps, 'developer');
  grace = await makePerson(deps, 'developer');
  const team = await makeTeam(test.database, [
    [ada.user, 'owner'],
    [grace.user, 'viewer'],
  ]);
  const project = await makeProject(test.database, { name: 'shop', owner: ada.user, team });
  const application = await makeApplication(test.database, {
    name: 'api',
    project,
    dockerConfig: { ports: [{ container: 3000 }] },
  });
  await makeDeployment(test.database, { application, status: 'success' });
  for (const name of ['shop.test', 'plain.test --no-tls', 'short.test']) await ada.type(`domain add ${name} shop/api`);
  await ada.type('notify add shop certificate');
});
afterAll(() => test.close());

async function rows<T>(sql: string): Promise<T[]> {
  return (await executeSql<T>(test.database.asSystem(), sql)).rows;
}
function own(hosts: string[], days = 60) {
  return makeCertificate({ name: hosts[0] ?? '', hosts, issuer: middle, notAfter: new Date(Date.now() + days * day) });
}
function upload(domain: string, certificate: string, key: string) {
  return ada.type(`cert upload ${domain} --certificate --key`, { certificate, key });
}

describe('domain add', () => {
  it('asks for a certificate, in the same transaction, unless it is to have none', async () => {
    const asked = await rows<{ domain: string }>(
      'select domain from certificate_renewals r join domains d on d.id = domain_id order by 1',
    );
    expect(asked).toEqual([{ domain: 'shop.test' }, { domain: 'short.test' }]);
    expect(enqueued.filter(({ name }) => name === 'renew-certificates')).toHaveLength(2);
    expect((await grace.type('cert list')).table?.rows).toEqual([
      ['shop.test', 'requested', '', '', 'now'],
      ['short.test', 'requested', '', '', 'now'],
    ]);
  });
});

describe('cert renew', () => {
  it('asks for it at once, and is audited', async () => {
    const before = enqueued.length;
    expect(await ada.type('cert renew shop.test')).toMatchObject({ tone: 'success' });
    expect(enqueued.slice(before)).toMatchObject([{ name: 'renew-certificates', lane: 'quick' }]);
    const audits = await rows(`select 1 from audit_logs where action = 'domain.certificate_request'`);
    expect(audits).toHaveLength(1);
  });

  it('is refused where it cannot work, with the next step', async () => {
    expect((await ada.type('cert renew plain.test')).text).toMatch(/without HTTPS[^]*domain set plain\.test --tls on/);
    expect((await ada.type('cert renew shopp.test')).text).toMatch(/Did you mean `shop\.test`/);
    expect((await grace.type('cert renew shop.test')).text).toMatch(/needs the role `member`/);
    await rows(`insert into certificate_orders (id, host, directory_url, status, ended_at)
      select gen_random_uuid(), 'shop.test', '${deps.config.acme.directoryUrl}', 'valid', now() - n * interval '1 day'
      from generate_series(1, 5) n returning 1`);
    expect((await ada.type('cert renew shop.test')).text).toMatch(
      /5 certificates for it in a week[^]*next attempt is at 20/,
    );
  });
});

describe('cert upload', () => {
  it('serves a certificate of one’s own at once, and keeps its key to itself', async () => {
    const mine = own(['shop.test', 'www.shop.test']);
    const reply = await upload('shop.test', `${mine.certificate}\n${middle.certificate}`, mine.key);
    expect(reply).toMatchObject({
      tone: 'success',
      text: expect.stringMatching(/your certificate from Own Intermediate/),
    });
    const served = applied.at(-1)?.certificates ?? [];
    expect(served).toMatchObject([{ hosts: ['shop.test', 'www.shop.test'], privateKey: mine.key }]);
    expect(served[0]?.certificate.match(/BEGIN/g)).toHaveLength(2);
    const shown = await grace.type('cert show shop.test');
    expect(shown.fields).toContainEqual({ name: 'Issuer', value: 'Own Intermediate (uploaded)' });
    expect(shown.fields).toContainEqual({ name: 'Renewal', value: 'by you' });
    const everything = JSON.stringify([
      shown,
      await rows('select * from certificates'),
      await rows('select * from audit_logs'),
    ]);
    expect(everything).not.toContain('PRIVATE KEY');
    const audits = await rows(
      `select user_id is null as system, details from audit_logs where action = 'domain.certificate_upload'`,
    );
    const details = { kind: 'certificate', domain: 'shop.test', issuer: 'Own Intermediate' };
    expect(audits).toEqual([{ system: false, details: { ...details, expires_at: expect.stringMatching(/Z$/) } }]);
  });

  const other = own(['other.test']);
  const good = own(['short.test']);
  const old = makeCertificate({
    name: 'short.test',
    hosts: ['short.test'],
    notBefore: new Date(0),
    notAfter: new Date(day),
  });
  const later = makeCertificate({ name: 'short.test', hosts: ['short.test'], notBefore: new Date(Date.now() + day) });
  it.each([
    ['a key of another certificate', good.certificate, newKey(), /key does not match the certificate/],
    ['a certificate of another host', other.certificate, other.key, /is for other\.test, not for `short\.test`/],
    ['one that has expired', old.certificate, old.key, /expired on 1970-01-02/],
    ['one that is not valid yet', later.certificate, later.key, /not valid before/],
    [
      'a chain in the wrong order',
      `${middle.certificate}${good.certificate}`,
      good.key,
      /did not sign[^]*domain’s certificate first/,
    ],
    ['a chain with a stranger', `${good.certificate}${ca.certificate}`, good.key, /Own Root did not sign short\.test/],
    ['what is no certificate', 'hello', good.key, /No certificate found[^]*BEGIN CERTIFICATE/],
    ['a broken one', '-----BEGIN CERTIFICATE-----\nabcd\n-----END CERTIFICATE-----', good.key, /cannot be read/],
    ['a key that cannot be read', good.certificate, 'hunter2', /key cannot be read[^]*BEGIN PRIVATE KEY/],
  ])('refuses %s', async (_what, certificate, key, sentence) => {
    const { text = '', tone } = await upload('short.test', certificate, key);
    expect(tone).toBe('danger');
    expect(text).toMatch(sentence);
    expect(text).not.toContain('hunter2');
  });

  it('asks for both in private', async () => {
    const { asks } = await ada.type('cert upload short.test --certificate --key');
    expect(asks?.map(({ name }) => name)).toEqual(['certificate', 'key']);
    expect((await ada.type('cert upload short.test')).text).toMatch(/--certificate --key/);
  });
});

describe('cert remove', () => {
  const certificatesOf = (domain: string) =>
    rows(`select c.id from certificates c join domains d on d.id = domain_id where d.domain = '${domain}'`);

  it('is refused while visitors have HTTPS by it, to who may not, and where there is none', async () => {
    expect((await ada.type('cert remove shop.test')).text).toMatch(
      /serves `shop\.test`; without it, visitors get plain HTTP[^]*cert renew shop\.test[^]*cert remove shop\.test --force/,
    );
    expect((await grace.type('cert remove shop.test --force')).text).toMatch(/needs the role `member`/);
    expect((await ada.type('cert remove plain.test')).text).toMatch(/has no certificate/);
    expect(await certificatesOf('shop.test')).toHaveLength(1);
  });

  it('takes it away when told to, asks for a new one, says what serves, and is audited', async () => {
    await rows(`delete from certificate_orders returning 1`);
    const before = enqueued.length;
    const { text, tone } = await ada.type('cert remove shop.test --force');
    expect({ text, tone }).toEqual({
      tone: 'success',
      text:
        'The certificate of `shop.test` is removed. Visitors are served over HTTP. ' +
        'Requested a new one: `cert show shop.test` shows the result.',
    });
    expect(await certificatesOf('shop.test')).toEqual([]);
    expect(applied.at(-1)?.certificates).toEqual([]);
    expect(enqueued.slice(before)).toMatchObject([{ name: 'renew-certificates' }]);
    expect(await rows(`select details from audit_logs where action = 'domain.certificate_remove'`)).toMatchObject([
      { details: { domain: 'shop.test', without_https: ['shop.test'] } },
    ]);
  });

  it('needs no telling where another certificate covers the name, or HTTPS is off', async () => {
    await ada.type('domain add *.wide.test shop/api');
    await ada.type('domain add one.wide.test shop/api');
    const wide = own(['*.wide.test']);
    const narrow = own(['one.wide.test']);
    await upload('*.wide.test', wide.certificate, wide.key);
    await upload('one.wide.test', narrow.certificate, narrow.key);
    expect((await ada.type('cert remove one.wide.test')).text).toMatch(
      /Visitors get the certificate of `\*\.wide\.test`\./,
    );
    expect((await ada.type('cert remove *.wide.test')).text).toMatch(/serves `\*\.wide\.test` and `one\.wide\.test`;/);
    await ada.type('domain set *.wide.test --tls off');
    const { text } = await ada.type('cert remove *.wide.test');
    expect(text).toBe('The certificate of `*.wide.test` is removed. Visitors are served over HTTP.');
    for (const name of ['one', '*']) await ada.type(`domain remove ${name}.wide.test`);
  });
});

describe('watch-certificates', () => {
  const at = (days: number) => new Date(Date.now() + days * day);
  const stored = () =>
    rows<{ severity: string; payload: object }>(
      `select severity, payload from notifications where event = 'certificate' order by id`,
    );
  const titles = async () => {
    const all = await stored();
    const replies = await allWorded(all);
    return all.map(({ severity }, at) => `${severity}: ${replies[at]?.title}`);
  };

  it('notifies of an uploaded certificate at 14, 7, 3 and 1 days and when it has expired, each once', async () => {
    const mine = own(['short.test'], 20);
    await upload('short.test', mine.certificate, mine.key);
    for (const days of [1, 6.5, 6.6, 13.5, 14, 17.5, 19.5, 19.6, 20.5, 21]) await watchCertificates(deps, at(days));
    expect(await titles()).toEqual([
      'warning: The certificate of short.test expires in 14 days',
      'warning: The certificate of short.test expires in 7 days',
      'danger: The certificate of short.test expires in 3 days',
      'danger: The certificate of short.test expires in 1 day',
      'danger: The certificate of short.test has expired',
    ]);
    expect(JSON.stringify(await allWorded(await stored()))).toContain('cert upload short.test');
  });

  it('notifies of one that an authority issued only when its renewal is late', async () => {
    await rows(`delete from notifications returning 1`);
    const mine = own(['short.test'], 6);
    await upload('short.test', mine.certificate, mine.key);
    await rows(`update certificates set source = 'acme' returning 1`);
    await watchCertificates(deps, at(1));
    expect(await titles()).toEqual([]);
    await watchCertificates(deps, at(5.5));
    expect(await titles()).toEqual(['danger: The certificate of short.test expires in 1 day']);
  });
});
