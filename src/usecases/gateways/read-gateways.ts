import { databaseEngines } from '../../database-engines/registry.ts';
import { gatewayProgram } from '../../database-engines/gateway-program.ts';
import type { EntityManager } from '../../database/database.ts';
import { Domain } from '../../entities/domain.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import type { GatewaySpec } from '../../ingress/gateways.ts';
import type { Cipher } from '../../secrets/cipher.ts';
import { networkName, serviceName } from '../../swarm/names.ts';
import { readServedCertificates } from '../ingress/read-certificates.ts';

/** The gateways of databases whose domain has a certificate, by port. */
export async function readGateways(em: EntityManager, cipher: Cipher): Promise<GatewaySpec[]> {
  const domains = await em.find(Domain, { targetType: 'database' }, { orderBy: { port: 'asc' } });
  if (domains.length === 0) return [];
  const ids = domains.map(({ targetId }) => targetId);
  const databases = await em.find(ManagedDatabase, { id: { $in: ids } }, { populate: ['project'] });
  const certificates = await readServedCertificates(em, cipher, ['database']);
  const specs: GatewaySpec[] = [];
  for (const { allowed, id, port, targetId } of domains) {
    const database = databases.find((one) => one.id === targetId);
    const certificate = certificates.find(({ domainId }) => domainId === id);
    if (!database || !certificate || !allowed || !port) continue;
    const { name, project, type } = database;
    const engine = databaseEngines[type];
    specs.push({
      port,
      allow: allowed,
      service: serviceName(project.name, name, database.id),
      target: engine.port,
      network: networkName(project.name, project.id),
      program: await gatewayProgram(engine),
      certificate: certificate.certificate,
      privateKey: certificate.privateKey,
    });
  }
  return specs;
}
