import { Application } from '../../../entities/application.ts';
import { recordAudit } from '../../record-audit.ts';
import type { DeploymentContext } from '../steps/deployment-context.ts';
import type { Visited } from './settle-ports.ts';

/** Stores what the ingress routes to as if somebody had set it, so that `app show` tells and `app set` changes it. */
export async function keepVisited({ deps, deployment }: DeploymentContext, { port, service }: Visited): Promise<void> {
  const { id } = deployment.application;
  const { dockerConfig, sourceConfig } = await deps.database.asSystem().transactional(async (em) => {
    const application = await em.findOneOrFail(Application, id);
    application.sourceConfig = { ...application.sourceConfig, compose_service: service };
    application.dockerConfig = { ...application.dockerConfig, ports: [{ container: port }] };
    await em.flush();
    await recordAudit(em, {
      action: 'application.set',
      resourceType: 'application',
      resourceId: id,
      details: {
        changes: [
          { key: 'service', after: service },
          { key: 'port', after: String(port) },
        ],
      },
    });
    return application;
  });
  Object.assign(deployment.application, { dockerConfig, sourceConfig });
}
