import type { EntityManager } from '../../database/database.ts';
import type { User } from '../../entities/user.ts';
import { findProject } from '../access/find-project.ts';
import type { Intent } from '../access/project-access.ts';
import { findApplication } from '../applications/find-application.ts';
import type { Deps } from '../deps.ts';
import { readEnvironment } from '../shared-variables/environment-name.ts';
import { applicationScope } from './application-scope.ts';
import { previewScope } from './preview-scope.ts';
import { sharedScope } from './shared-scope.ts';
import type { VariableOwner, VariableScope } from './variable-scope.ts';

/** @throws {NotFoundError} with the nearest name; {ForbiddenError} when the person's role does not allow `access`. */
export async function findScope(
  deps: Pick<Deps, 'cipher'>,
  em: EntityManager,
  of: VariableOwner,
  access?: { user: User; intent: Intent },
): Promise<VariableScope> {
  if ('application' in of) {
    const application = await findApplication(em, of.application, access);
    return of.previews ? previewScope(deps, application) : applicationScope(deps, application);
  }
  const environment = of.environment === undefined ? '' : readEnvironment(of.environment);
  return sharedScope(deps, await findProject(em, of.project, access), environment);
}
