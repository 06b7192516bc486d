import type { Config } from '../../../config.ts';
import type { DockerConfig } from '../../../entities/application-config.ts';
import type { Deployment } from '../../../entities/deployment.ts';
import { labelsOf } from '../../../swarm/labels.ts';
import { serviceName } from '../../../swarm/names.ts';
import { httpCheckOf } from '../../../swarm/probe/http-check.ts';
import type { ServiceSpec } from '../../../swarm/swarm.ts';
import type { ApplicationEnvironment } from '../../applications/application-environment.ts';
import { networkOf } from '../../applications/application-network.ts';

/** Undefined without a port, where somebody turned the check off, and where the health check finds the port itself. */
export function checkedPort(docker: DockerConfig): number | undefined {
  const [first] = docker.ports ?? [];
  if (!first || first.protocol === 'udp' || docker.port_check === 'off' || httpCheckOf(docker)) return undefined;
  return first.container;
}

/**
 * Of a check that names no interval. The Engine's own 30 s would make every deployment half a minute slower; a start-up
 * may take a minute, as a container that needs it must not fail for checks that come sooner.
 */
const checkTimes = { interval: '5s', start_period: '60s' };

function withCheckTimes(docker: DockerConfig): DockerConfig {
  const { healthcheck } = docker;
  if (!healthcheck || healthcheck.interval !== undefined) return docker;
  return { ...docker, healthcheck: { ...checkTimes, ...healthcheck } };
}

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
    docker: withCheckTimes(application.dockerConfig),
    volumes: environment.volumes,
    port: checkedPort(application.dockerConfig),
    network: networkOf(application),
    labels: labelsOf(deployment),
    monitorSeconds: config.deployments.monitorSeconds,
    forceUpdate: metadata.force === true,
  };
}
