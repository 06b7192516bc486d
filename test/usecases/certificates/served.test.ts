import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAcme } from '../../../src/acme/acme.ts';
import { executeSql } from '../../../src/database/database.ts';
import { advisoryLeases, type Leases } from '../../../src/database/lease.ts';
import { renewCertificates } from '../../../src/usecases/certificates/renew-certificates.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { type Pebble, startPebble } from '../../support/acme/pebble.ts';
import { openApplication, openCaddy } from '../../support/caddy.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment, makeProject } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';

/** Bound of the load. */
const mostRequests = 5_000;

let test: TestDatabase;
let leases: Leases;
let caddy: Awaited<ReturnType<typeof openCaddy>>;
let backend: Awaited<ReturnType<typeof openApplication>>;
let pebble: Pebble;
let deps: Deps;
let ada: Person;

beforeAll(async () => {
  test = await createTestDatabase();
  leases = advisoryLeases(test.url);
  caddy = await openCaddy();
  backend = await openApplication((_request, response) => response.end('the shop'));
  pebble = await startPebble({ httpPort: caddy.ports.http });
  const config = { ...fakeDeps(test.database).config, acme: { ...pebble, email: 'ops@example.com' } };
  const acme = createAcme(config, { pollMs: 20, httpPort: pebble.httpPort, nameServers: [pebble.nameServer] });
  deps = fakeDeps(test.database, { config, leases, acme, ingress: caddy.ingress });
  ada = await makePerson(deps, 'developer');
  const project = await makeProject(test.database, { name: 'shop', owner: ada.user });
  const dockerConfig = { ports: [{ container: backend.port }] };
  const application = await makeApplication(test.database, { name: 'api', project, dockerConfig });
  await makeDeployment(test.database, { application, status: 'success' });
});
afterAll(async () => {
  await pebble[Symbol.asyncDispose]();
  await caddy[Symbol.asyncDispose]();
  await backend[Symbol.asyncDispose]();
  await leases.close();
  await test.close();
});

/** A visitor who trusts the authority’s root and nobody else. */
async function visit(agent: Agent, tries = 3): Promise<{ body: string; serial: string }> {
  const outgoing = request({
    host: '127.0.0.1',
    port: caddy.ports.https,
    servername: 'shop.test',
    headers: { host: 'shop.test' },
    agent,
  });
  let secured = false;
  outgoing.on('socket', (socket) => {
    if (!outgoing.reusedSocket) socket.once('secureConnect', () => (secured = true));
  });
  outgoing.end();
  let response: IncomingMessage;
  try {
    [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  } catch (error) {
    // A server may close a connection that waits for the next request, and the kernel resets those that wait to be
    // accepted when Caddy changes its listening socket. The request was not sent: clients try again.
    if (tries > 1 && (outgoing.reusedSocket || !secured)) return visit(agent, tries - 1);
    throw error;
  }
  const serial = (response.socket as TLSSocket).getPeerCertificate().serialNumber;
  if (response.statusCode !== 200) throw new Error(`answered ${response.statusCode}`);
  return { body: await text(response), serial };
}

describe('a certificate', () => {
  it('is issued after `domain add`, served by Caddy, and renewed without losing a request that was sent', async () => {
    const { signal } = new AbortController();
    await ada.type('domain add shop.test shop/api');
    expect((await caddy.get('http://shop.test/')).status).toBe(200);
    expect(await renewCertificates(deps, signal)).toBe('1 issued, 0 failed');
    const ca = await pebble.root();
    const anew = new Agent({ ca, keepAlive: false, maxCachedSessions: 0 });
    const kept = new Agent({ ca, keepAlive: true, maxSockets: 1 });
    const first = await visit(anew);
    expect(first.body).toBe('the shop');
    expect(await caddy.get('http://shop.test/')).toMatchObject({ status: 308 });

    // A third of the lifetime is left.
    await executeSql(test.database.asSystem(), 'update certificate_renewals set next_attempt_at = now()');
    let renewing = true;
    const serials = new Set<string>();
    async function load(agent: Agent): Promise<number> {
      let answered = 0;
      for (; renewing && answered < mostRequests; answered += 1) serials.add((await visit(agent)).serial);
      return answered;
    }
    const loads = [load(anew), load(anew), load(kept)];
    const renewed = await renewCertificates(deps, signal);
    const last = await visit(anew);
    renewing = false;
    expect(renewed).toBe('1 issued, 0 failed');
    const answered = await Promise.all(loads);
    expect(Math.min(...answered)).toBeGreaterThan(5);
    expect(last.serial).not.toBe(first.serial);
    expect(serials).toContain(first.serial);
    kept.destroy();
    expect((await ada.type('cert list')).table?.rows).toEqual([
      [
        'shop.test',
        'valid',
        expect.stringMatching(/^Pebble Intermediate/),
        expect.stringMatching(/^20/),
        expect.stringMatching(/UTC$/),
      ],
    ]);
  });
});
