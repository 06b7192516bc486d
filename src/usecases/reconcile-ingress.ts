import type { Config } from '../config.ts';
import { executeSql } from '../database/database.ts';
import { Application } from '../entities/application.ts';
import type { Route } from '../ingress/ingress.ts';
import { networkName } from '../swarm/names.ts';
import { hostOf } from './application-address.ts';
import { routedService } from './application-services.ts';
import type { Deps } from './deps.ts';

/** Makes the ingress serve every application that has a port and a version on Swarm: what the database says, no more. */
export async function reconcileIngress(deps: Pick<Deps, 'config' | 'database' | 'ingress'>): Promise<void> {
  await deps.ingress.apply({ routes: await readRoutes(deps), certificates: [], challenges: [] });
}

/** In the order of their hosts, so that the same rows make the same configuration. */
async function readRoutes({ config, database }: Pick<Deps, 'config' | 'database'>): Promise<Route[]> {
  return database.asSystem().transactional(async (em) => {
    const { rows } = await executeSql<{ id: string }>(
      em,
      `select id from applications a
       where deleted_at is null and docker_config ? 'ports'
         and exists (select from deployments d where d.application_id = a.id and d.status in ('deploying', 'success'))`,
    );
    const ids = rows.map((row) => row.id);
    const applications = await em.find(Application, { id: { $in: ids } }, { populate: ['project'] });
    return applications
      .flatMap((application) => routeOf(config, application))
      .sort((a, b) => a.host.localeCompare(b.host));
  });
}

function routeOf(config: Config, application: Application): Route[] {
  const { project, dockerConfig } = application;
  const port = dockerConfig.ports?.[0]?.container;
  const service = routedService(application);
  if (port === undefined || service === undefined) return [];
  return [
    {
      host: hostOf(config, application),
      service,
      port,
      network: networkName(project.name, project.id),
      tls: false,
    },
  ];
}
