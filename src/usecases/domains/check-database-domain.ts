import type { ManagedDatabase } from '../../entities/managed-database.ts';
import type { Domain } from '../../entities/domain.ts';
import type { User } from '../../entities/user.ts';
import type { GatewayAnswer } from '../../ingress/gateways.ts';
import { databaseName } from '../databases/find-database.ts';
import type { Deps } from '../deps.ts';
import { certificateState, checkDns, readStoredCertificate } from './check-domain.ts';
import type { DnsCheck } from './domain-checks.ts';
import { databaseOf } from './domain-target.ts';
import { findDomain } from './find-domain.ts';
import type { CertificateState } from './judge-certificate.ts';
import { knock } from './knock.ts';

export interface DatabaseDomainChecks {
  domain: Domain;
  database: { name: string; status: ManagedDatabase['status']; reason: string | undefined };
  dns: DnsCheck;
  unreachable: string[];
  certificate: CertificateState;
  gateway: GatewayCheck;
}

export interface GatewayCheck {
  port: number;
  allow: string[];
  /** What it says of itself on Shipmate's node; undefined: none runs there, or it does not answer. */
  answer: GatewayAnswer | undefined;
  /** Nodes by whether they accept connections at the port. */
  nodes: { hostname: string; address: string; accepts: boolean }[];
  /** Why some nodes lack the newest settings. */
  problem: string | undefined;
}

/** Checks everything that clients outside the swarm need to reach a database by its domain. */
export async function checkDatabaseDomain(
  deps: Deps,
  request: { user: User; domain: string },
): Promise<DatabaseDomainChecks> {
  const { database, domain, stored } = await deps.database.asUser(request.user.id).transactional(async (em) => {
    const found = await findDomain(em, request.domain);
    return {
      domain: found,
      database: await databaseOf(em, found),
      stored: await readStoredCertificate(em, deps, found),
    };
  });
  const { dns, unreachable } = await checkDns(deps, domain.domain, false);
  return {
    domain,
    database: { name: databaseName(database), status: database.status, reason: database.statusReason ?? undefined },
    dns,
    unreachable,
    certificate: await certificateState(deps, domain.domain, stored, []),
    gateway: await checkGateway(deps, domain),
  };
}

/**
 * Knocks at the swarm's nodes only, as the port of any other address is nobody's business; not where the gateway answers,
 * since it counts whom it refuses.
 */
async function checkGateway({ gateways, logger, swarm }: Deps, { allowed, port }: Domain): Promise<GatewayCheck> {
  const at = port ?? 0;
  const answer = await gateways.ask(at).catch((error: unknown) => {
    logger.warn({ err: error, port }, 'a gateway does not answer');
    return undefined;
  });
  const nodes = (await swarm.nodes()).filter(
    ({ state, availability }) => state === 'ready' && availability === 'active',
  );
  return {
    port: at,
    allow: allowed ?? [],
    answer,
    nodes: await Promise.all(
      nodes.map(async ({ address, hostname, own }) => ({
        hostname,
        address,
        accepts: (own && answer !== undefined) || (await knock(address, at)) === 'open',
      })),
    ),
    problem: await gateways.problem(at),
  };
}
