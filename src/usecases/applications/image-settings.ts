import type { Config } from '../../config.ts';
import { ForbiddenError } from '../../errors.ts';
import { isBuiltImage } from '../../swarm/names.ts';
import { imageReference } from './image-reference.ts';

/**
 * An image that a person or a repository may name. Images built by Shipmate belong to one application: others get
 * them by `promote`, which checks who asks.
 * @throws {UsageError} when it is not an image reference; {ForbiddenError} when it names a built image.
 */
export function requireNameableImage({ registry }: Pick<Config, 'registry'>, what: string, image: string): string {
  imageReference(what, image);
  if (!isBuiltImage(registry, image)) return image;
  throw new ForbiddenError(
    `${what}: \`${image}\` is an image that Shipmate builds for one application. ` +
      'To deploy another application’s live version, use `promote <from> <to>`.',
  );
}
