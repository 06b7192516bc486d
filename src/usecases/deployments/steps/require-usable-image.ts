import { ForbiddenError } from '../../../errors.ts';
import { requireNameableImage } from '../../applications/image-settings.ts';
import type { BuiltImage } from '../../../swarm/swarm.ts';
import type { DeploymentContext } from './deployment-context.ts';

/**
 * Refuses an image, named by a person or a repository, that Shipmate built for another application. Checks both name
 * and content, since an image can have any number of names.
 * @param own Names that this deployment gave itself, of which only the content is checked.
 * @returns it, if it is on this host.
 * @throws {ForbiddenError}
 */
export async function requireUsableImage(
  context: DeploymentContext,
  what: string,
  image: string,
  own: readonly string[] = [],
): Promise<BuiltImage | undefined> {
  const { deployment, deps } = context;
  if (!own.includes(image.replace(/^docker\.io\//, ''))) requireNameableImage(deps.config, what, image);
  const found = await deps.swarm.findImage(image);
  const builtFor = found?.application;
  if (builtFor === undefined || builtFor === deployment.application.id) return found;
  throw new ForbiddenError(
    `${what}: Shipmate built \`${image}\` for another application. To deploy that application’s live version: \`promote <from> <to>\`.`,
  );
}
