import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ManagedDatabase } from '../../../src/entities/managed-database.ts';
import { type Pebble, startPebble } from '../../support/acme/pebble.ts';
import { openCertificates } from '../../support/acme/stage.ts';
import { fakeGateways, fakeIngress } from '../../support/fakes.ts';

const { applied, gateways } = fakeGateways();
const { applied: routed, ingress } = fakeIngress();
let pebble: Pebble;
let stage: Awaited<ReturnType<typeof openCertificates>>;

beforeAll(async () => {
  pebble = await startPebble();
  stage = await openCertificates(pebble, { gateways, ingress });
  await stage.reset();
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  await pebble[Symbol.asyncDispose]();
});

it('hands the certificate of a database’s domain, and each renewed one, to its gateway and not to the ingress', async () => {
  const database = await stage.db.database
    .asSystem()
    .transactional(async (em) =>
      em.create(ManagedDatabase, { project: stage.project.id, name: 'main', type: 'redis', version: '8' } as never),
    );
  const allowed = ['203.0.113.0/24'];
  await stage.add('db.test', { targetType: 'database', targetId: database.id, port: 6379, allowed });
  expect(await stage.renew()).toBe('1 issued, 0 failed');
  const first = applied.at(-1)?.[0];
  expect(first).toMatchObject({ port: 6379, allow: allowed, target: 6379 });
  expect(new X509Certificate(first?.certificate ?? '').checkHost('db.test')).toBe('db.test');
  // The ingress answered the authority, and was given nothing else.
  expect(routed.some(({ challenges }) => challenges.some(({ host }) => host === 'db.test'))).toBe(true);
  expect(routed.flatMap(({ certificates, routes }) => [...certificates, ...routes])).toEqual([]);
  await stage.makeDue();
  expect(await stage.renew()).toBe('1 issued, 0 failed');
  const second = applied.at(-1)?.[0];
  expect(second?.certificate).not.toBe(first?.certificate);
  expect(new X509Certificate(second?.certificate ?? '').checkHost('db.test')).toBe('db.test');
});
