import { randomUUID } from 'node:crypto';
import { createAcme } from '../../../src/acme/acme.ts';
import { executeSql } from '../../../src/database/database.ts';
import { advisoryLeases } from '../../../src/database/lease.ts';
import { AcmeChallenge } from '../../../src/entities/acme-challenge.ts';
import { Domain } from '../../../src/entities/domain.ts';
import { renewCertificates } from '../../../src/usecases/certificates/renew-certificates.ts';
import { requestCertificate } from '../../../src/usecases/domains/request-certificate.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createTestDatabase } from '../database.ts';
import { makeApplication, makeProject } from '../factories.ts';
import { fakeDeps, fakeQueue } from '../fakes.ts';
import type { Pebble } from './pebble.ts';
import { startResponder } from './responder.ts';

/** A Shipmate of the test's own before a pebble: what is in the table of challenges is answered, as the ingress does. */
export async function openCertificates(pebble: Pebble, over: Partial<Deps> = {}) {
  const db = await createTestDatabase();
  const leases = advisoryLeases(db.url);
  const config = { ...fakeDeps(db.database).config, acme: { ...pebble, email: undefined } };
  const tried = { pollMs: 20, waitMs: 60_000, httpPort: pebble.httpPort, nameServers: [pebble.nameServer] };
  const { queue } = fakeQueue();
  const deps = fakeDeps(db.database, { config, leases, queue, acme: createAcme(config, tried), ...over });
  const project = await makeProject(db.database, { name: 'shop' });
  const application = await makeApplication(db.database, { project, name: 'api' });
  const open = () =>
    startResponder(pebble.httpPort, async (token) => {
      const row = await db.database.asSystem().findOne(AcmeChallenge, { token });
      return row?.keyAuthorization;
    });
  let responder: Awaited<ReturnType<typeof open>> | undefined;
  const { signal } = new AbortController();

  return {
    db,
    deps,
    project,
    application,
    /** What answers at port 80 of the domains. */
    port80: () => {
      if (!responder) throw new Error('nothing listens there');
      return responder;
    },
    async closePort80(): Promise<void> {
      await responder?.[Symbol.asyncDispose]();
      responder = undefined;
    },
    /** As nothing had been asked for yet. */
    async reset(): Promise<void> {
      for (const table of ['domains', 'certificate_orders', 'acme_accounts', 'notifications']) {
        await executeSql(db.database.asSystem(), `delete from ${table}`);
      }
      responder ??= await open();
      responder.state.instead = undefined;
      responder.asked.length = 0;
    },
    /** Adds a domain and asks for its certificate, as `domain add` does. */
    add: (name: string, settings: Partial<Domain> = {}) =>
      db.database.asSystem().transactional(async (em) => {
        const target = { targetType: 'application', targetId: application.id } as const;
        const domain = em.create(Domain, {
          id: randomUUID(),
          project: project.id,
          domain: name,
          ...target,
          ...settings,
        });
        await em.flush();
        await requestCertificate(deps, em, domain);
        return domain;
      }),
    renew: (stop = signal) => renewCertificates(deps, stop, { recordMs: 5_000, pollMs: 50 }),
    /** Rows of a query, as the system. */
    async rows<T>(sql: string, values: unknown[] = []): Promise<T[]> {
      return (await executeSql<T>(db.database.asSystem(), sql, values)).rows;
    },
    /** As if the time of the next attempts had come, and every pause were over. */
    async makeDue(): Promise<void> {
      await executeSql(db.database.asSystem(), 'update certificate_renewals set next_attempt_at = now()');
      await executeSql(db.database.asSystem(), 'update acme_accounts set paused_until = null');
    },
    async [Symbol.asyncDispose]() {
      await responder?.[Symbol.asyncDispose]();
      await leases.close();
      await db.close();
    },
  };
}
