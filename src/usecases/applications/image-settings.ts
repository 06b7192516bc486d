import type { Config } from '../../config.ts';
import { ForbiddenError } from '../../errors.ts';
import { isBuiltImage } from '../../swarm/names.ts';
import { imageReference } from './setting-checks.ts';

/**
 * An image that a person or a repository may name. What Shipmate builds is an application's own: another one takes it
 * over by `promote`, which looks at who asks.
 * @throws {UsageError} when it is no image reference; {ForbiddenError} when it has the name of a built image.
 */
export function requireNameableImage({ registry }: Pick<Config, 'registry'>, what: string, image: string): string {
  imageReference(what, image);
  if (!isBuiltImage(registry, image)) return image;
  throw new ForbiddenError(
    `${what}: \`${image}\` is an image that Shipmate builds for one application. ` +
      'To deploy another application’s live version, use `promote <from> <to>`.',
  );
}
