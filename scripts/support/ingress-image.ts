import { fileURLToPath } from 'node:url';
import { ensureIngressImage } from '../../src/ingress/ingress-image.ts';
import { createLogger } from '../../src/logger.ts';
import { connectDocker, dockerSwarm } from '../../src/swarm/dockerode.ts';

/** Programs of the distribution's packages, fetched once per checkout. */
export const programsFolder = fileURLToPath(new URL('../../node_modules/.cache/shipmate/programs', import.meta.url));

let image: Promise<string> | undefined;

/** The ingress image as Shipmate would get it, for `SHIPMATE_INGRESS_IMAGE`: before it is needed, and once. */
export function preparedIngressImage(): Promise<string> {
  const docker = connectDocker(process.env['DOCKER_HOST']);
  const swarm = dockerSwarm(docker, { contextLimitBytes: 0 });
  const logger = createLogger('silent');
  image ??= ensureIngressImage({ swarm, logger, image: 'caddy:2', programs: programsFolder });
  return image;
}
