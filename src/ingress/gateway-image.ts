import { type ImageOptions, pulledOr } from './ingress-image.ts';
import { ensureProgramImage } from './program-image.ts';

const inImage = '/usr/local/bin/node';

/** The configured image with Node, pulled when it is missing; where that fails, one made from Shipmate's own. */
export async function ensureGatewayImage(options: Omit<ImageOptions, 'programs'>): Promise<string> {
  const { registry, swarm } = options;
  return pulledOr(options, 'the Node that runs Shipmate', async () =>
    ensureProgramImage({ swarm, registry, name: 'node', program: process.execPath, inImage, command: [inImage] }),
  );
}
