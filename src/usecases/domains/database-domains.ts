import { databaseEngines } from '../../database-engines/registry.ts';
import { Domain } from '../../entities/domain.ts';
import type { ManagedDatabase } from '../../entities/managed-database.ts';
import { UsageError } from '../../errors.ts';
import { databaseName, findDatabase, lockDatabaseRow } from '../databases/find-database.ts';
import { requireSupervision } from '../access/project-access.ts';
import type { Deps } from '../deps.ts';
import { tryReconcileGateways } from '../gateways/reconcile-gateways.ts';
import { readAllowList } from './allow-list.ts';
import { type DomainRequest, recordDomainChange } from './domain-request.ts';
import { requireDomain } from './domain-name.ts';
import { databaseOf } from './domain-target.ts';
import { findDomain, projectOf } from './find-domain.ts';
import { requestCertificate } from './request-certificate.ts';
import { requireFreeDomain } from './require-free-domain.ts';
import { requirePortOfNobody, requireUnusedPort } from './require-free-port.ts';

/** A port of every node is an admin's decision, as for applications. */
const opening = 'Opening a database to the outside';

export interface ChangedDatabaseDomain {
  domain: Domain;
  database: ManagedDatabase;
  /** Whether the nodes already have it; otherwise they will within a minute. */
  applied: boolean;
}

/**
 * Lets clients outside the swarm reach a database by TLS at a host name, from the networks in `allow` and no others.
 * Nothing listens before there is a certificate.
 * @param port Port of the nodes; undefined: the engine's own.
 * @throws {UsageError} without `allow`, and for networks that are refused; {ConflictError} when the name or the port is
 * taken.
 */
export async function addDatabaseDomain(
  deps: Deps,
  request: DomainRequest & { database: string; port: number | undefined; allow: string[] | undefined },
): Promise<ChangedDatabaseDomain> {
  const access = { user: request.user, intent: 'change' } as const;
  const name = requireDomain(request.domain);
  const people = deps.database.asUser(request.user.id);
  const found = await people.transactional(async (em) => {
    const database = await findDatabase(em, request.database, access);
    await requireSupervision(em, database.project, request.user, opening);
    return database;
  });
  const allowed = requireAllowList(request.allow, databaseName(found), name);
  const port = request.port ?? databaseEngines[found.type].port;
  requireOneName(name);
  await requirePortOfNobody(deps, port, name);
  await requireUnusedPort(deps, port);
  const made = await people.transactional(async (em) => {
    const database = await findDatabase(em, request.database, access);
    await lockDatabaseRow(em, database);
    const { project, id: targetId } = database;
    await requireFreeDomain(em, deps.config, name, project);
    const domain = em.create(Domain, { project, domain: name, targetType: 'database', targetId, port, allowed });
    await em.flush();
    await requestCertificate(deps, em, domain);
    await recordDomainChange(em, request, 'domain.add', domain, { database: databaseName(database), port, allowed });
    return { domain, database };
  });
  return { ...made, applied: await tryReconcileGateways(deps) };
}

/**
 * Changes who may connect, or the port. Open sessions of networks that are no longer listed end.
 * @throws {UsageError} when nothing is given; otherwise like `addDatabaseDomain`.
 */
export async function setDatabaseDomain(
  deps: Deps,
  request: DomainRequest & { port: number | undefined; allow: string[] | undefined },
): Promise<ChangedDatabaseDomain> {
  const access = { user: request.user, intent: 'change' } as const;
  const people = deps.database.asUser(request.user.id);
  const present = await people.transactional(async (em) => {
    const domain = await findDomain(em, request.domain, access);
    await requireSupervision(em, projectOf(domain), request.user, opening);
    return domain;
  });
  if (request.port === undefined && request.allow === undefined) {
    throw new UsageError(
      `Nothing to change. For example: \`domain set ${present.domain} --allow 203.0.113.0/24\` or \`--port 15432\`.`,
    );
  }
  const wanted = request.allow && readAllowList(request.allow);
  if (request.port !== undefined && request.port !== present.port) {
    await requirePortOfNobody(deps, request.port, present.domain);
    await requireUnusedPort(deps, request.port);
  }
  const changed = await people.transactional(async (em) => {
    const domain = await findDomain(em, request.domain, access);
    const database = await databaseOf(em, domain);
    await lockDatabaseRow(em, database);
    const before = { port: domain.port, allowed: domain.allowed };
    domain.port = request.port ?? domain.port;
    domain.allowed = wanted ?? domain.allowed;
    await em.flush();
    const after = { port: domain.port, allowed: domain.allowed };
    await recordDomainChange(em, request, 'domain.set', domain, { database: databaseName(database), before, after });
    return { domain, database };
  });
  return { ...changed, applied: await tryReconcileGateways(deps) };
}

function requireAllowList(given: string[] | undefined, database: string, domain: string): string[] {
  if (given !== undefined) return readAllowList(given);
  throw new UsageError(
    `\`${database}\` is a database. Name the networks that may connect to it, as nobody else can: ` +
      `\`domain add ${domain} ${database} --allow 203.0.113.0/24\`.`,
  );
}

function requireOneName(domain: string): void {
  if (!domain.startsWith('*.')) return;
  throw new UsageError(
    `A database has a single host name, not \`${domain}\`: its clients compare it with the certificate.`,
  );
}
