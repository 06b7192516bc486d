import type { Config } from '../../../config.ts';
import type { Deployment } from '../../../entities/deployment.ts';
import { labelsOf } from '../../../swarm/labels.ts';
import { networkName, serviceName } from '../../../swarm/names.ts';
import type { ServiceSpec } from '../../../swarm/swarm.ts';
import type { ApplicationEnvironment } from '../../applications/application-environment.ts';

/** The Swarm service of a deployment. */
export function serviceSpecOf(
  config: Config,
  deployment: Deployment,
  environment: ApplicationEnvironment,
  image: string,
): ServiceSpec {
  const { application, metadata } = deployment;
  const secretsAsFiles = application.dockerConfig.secrets === 'files';
  const port = application.dockerConfig.ports?.[0]?.container;
  return {
    name: serviceName(application.project.name, application.name, application.id),
    image,
    replicas: application.replicas,
    env: {
      ...(port && { PORT: String(port) }),
      ...environment.plain,
      ...(secretsAsFiles ? {} : environment.secret),
    },
    secretFiles: secretsAsFiles ? environment.secret : {},
    docker: application.dockerConfig,
    volumes: environment.volumes,
    network: networkName(application.project.name, application.project.id),
    labels: labelsOf(deployment),
    monitorSeconds: config.deployments.monitorSeconds,
    forceUpdate: metadata.force === true,
  };
}
