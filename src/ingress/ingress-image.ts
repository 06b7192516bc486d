import { UnavailableError } from '../errors.ts';
import { findProgram } from '../host/find-program.ts';
import type { Logger } from '../logger.ts';
import type { Swarm } from '../swarm/swarm.ts';
import { ensureProgramImage } from './program-image.ts';

/** Where the program is in the image. */
const inImage = '/usr/bin/caddy';
/** A registry that does not answer must not hold up the first deployment for long. */
const pullMs = 60_000;

export interface ImageOptions {
  swarm: Swarm;
  logger: Logger;
  image: string;
  /** Where a program that has to be fetched is kept for the next time. */
  programs: string;
  /** Other nodes pull an image that was made here from it. */
  registry?: string | undefined;
}

/** The configured image, pulled when it is missing; where that fails, one made from the distribution's package. */
export async function ensureIngressImage(options: ImageOptions): Promise<string> {
  const { image, programs, registry, swarm } = options;
  return pulledOr(options, 'the package `caddy`', async () =>
    ensureProgramImage({
      swarm,
      registry,
      name: 'caddy',
      program: await findCaddy(image, programs),
      inImage,
      command: [inImage, 'run'],
    }),
  );
}

/** @param what `make` makes one from, for the log. */
export async function pulledOr(
  { image, logger, swarm }: Pick<ImageOptions, 'image' | 'logger' | 'swarm'>,
  what: string,
  make: () => Promise<string>,
): Promise<string> {
  if (await swarm.findImage(image)) return image;
  try {
    await swarm.pull(image, () => undefined, AbortSignal.timeout(pullMs));
    return image;
  } catch (error) {
    logger.info({ err: error, image }, `cannot pull the image; building one from ${what}`);
  }
  return make();
}

/** @throws {UnavailableError} with all that helps: pulling the image, naming another, the package. */
async function findCaddy(image: string, folder: string): Promise<string> {
  try {
    return await findProgram('caddy', folder);
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    throw new UnavailableError(
      `The ingress image \`${image}\` cannot be pulled. Pull it manually, set another with SHIPMATE_INGRESS_IMAGE, ` +
        'or install the package `caddy` on this host.',
      { cause: error },
    );
  }
}
