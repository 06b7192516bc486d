import { ForbiddenError } from '../../../errors.ts';
import { requireNameableImage } from '../../applications/image-settings.ts';
import type { DeploymentContext } from './deployment-context.ts';

/**
 * Refuses an image, named by a person or a repository, that Shipmate built for another application. Checks both name
 * and content, since an image can have any number of names.
 * @throws {ForbiddenError}
 */
export async function requireUsableImage(context: DeploymentContext, what: string, image: string): Promise<void> {
  const { deployment, deps } = context;
  requireNameableImage(deps.config, what, image);
  const builtFor = (await deps.swarm.findImage(image))?.application;
  if (builtFor === undefined || builtFor === deployment.application.id) return;
  throw new ForbiddenError(
    `${what}: Shipmate built \`${image}\` for another application. To deploy that application’s live version: \`promote <from> <to>\`.`,
  );
}
