import type { Config } from '../../config.ts';
import { executeSql, type EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { Domain } from '../../entities/domain.ts';
import type { IngressRoute } from '../../ingress/ingress.ts';
import { applicationHost } from '../applications/application-address.ts';
import { networkOf } from '../applications/application-network.ts';
import { routedService } from '../applications/application-services.ts';

/**
 * Routes of applications with a port and a version on Swarm, their own addresses and their domains, and of Shipmate itself. Sorted by host, so
 * that equal rows make equal configurations.
 */
export async function readIngressRoutes(
  em: EntityManager,
  config: Pick<Config, 'baseDomain' | 'ingressHttpPort' | 'publicIngress'>,
): Promise<IngressRoute[]> {
  const { rows } = await executeSql<{ id: string; down: boolean }>(
    em,
    `select id,
       status = 'stopped' or (status = 'failed' and not exists (
         select from incidents i where i.application_id = a.id and i.ended_at is null and i.kind = 'unhealthy'
           and i.running > 0
       )) as down
     from applications a
     where deleted_at is null
       and exists (select from deployments d where d.application_id = a.id and d.status in ('deploying', 'success'))`,
  );
  const ids = rows.map((row) => row.id);
  const applications = await em.find(Application, { id: { $in: ids } }, { populate: ['project'] });
  const domains = await em.find(Domain, { targetType: 'application', targetId: { $in: ids } });
  const down = new Set(rows.filter((row) => row.down).map(({ id }) => id));
  const domainsOf = Map.groupBy(domains, ({ targetId }) => targetId);
  const served = applications.flatMap((application) =>
    routesOf(config, application, domainsOf.get(application.id) ?? []).map((route) =>
      down.has(application.id) ? { ...route, down: true as const } : route,
    ),
  );
  return [...served, ...(await ownRoutes(em, config))].sort((a, b) => (a.host < b.host ? -1 : 1));
}

/** Shipmate's own address, once it is a domain, which `ensureOwnDomain` makes it at the start. */
async function ownRoutes(
  em: EntityManager,
  { ingressHttpPort, publicIngress }: Pick<Config, 'ingressHttpPort' | 'publicIngress'>,
): Promise<IngressRoute[]> {
  if (!publicIngress) return [];
  const own = await em.find(Domain, { targetType: 'shipmate' });
  const name = `shipmate-own-${ingressHttpPort}`;
  // Shipmate sends HSTS itself.
  return own.map(({ domain }) => ({ host: domain, service: name, network: name, port: 80, tls: true, own: true }));
}

function routesOf(config: Pick<Config, 'baseDomain'>, application: Application, domains: Domain[]): IngressRoute[] {
  const { dockerConfig } = application;
  const service = routedService(application);
  if (service === undefined) return [];
  const first = dockerConfig.ports?.[0]?.container;
  const network = networkOf(application);
  const own =
    first === undefined
      ? []
      : [{ host: applicationHost(config, application), service, port: first, network, tls: false }];
  const custom = domains.flatMap((domain) => {
    const port = domain.port ?? first;
    return port === undefined ? [] : [{ service, port, network, ...termsOf(domain, domains) }];
  });
  return [...custom, ...own.filter(({ host }) => custom.every((one) => one.host !== host))];
}

function termsOf(domain: Domain, all: Domain[]): Pick<IngressRoute, 'host' | 'tls'> & Partial<IngressRoute> {
  const { domain: host, tlsEnabled: tls, maxBodyBytes, timeoutSeconds, hsts, redirectTo } = domain;
  const target = redirectTo && all.find(({ id }) => id === redirectTo.id);
  return {
    host,
    tls,
    ...(target && { redirectTo: target.domain }),
    ...(maxBodyBytes !== null && maxBodyBytes !== undefined && { maxBodyBytes }),
    ...(timeoutSeconds !== null && timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(hsts && { hsts }),
  };
}
