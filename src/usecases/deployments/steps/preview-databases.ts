import { UserError } from '../../../errors.ts';
import { awaitPreviewDatabases } from '../../preview-databases/await-databases.ts';
import type { DeploymentContext } from './deployment-context.ts';
import { interruptionOf, withTimeout } from './interruption.ts';

/** Longest time that the databases of a preview may take to start and to be filled, milliseconds. */
const limitMs = 60 * 60_000;

/** The databases of a preview could not be prepared. */
export class NoDatabaseError extends UserError {
  override name = 'NoDatabaseError' as const;
}

/** Nothing of a preview's version begins, its release command included, before its databases have their data. */
export async function requireDatabases(context: DeploymentContext): Promise<void> {
  const { deployment, deps, log, noDatabase } = context;
  if (noDatabase !== undefined) throw new NoDatabaseError(noDatabase);
  if (!deployment.application.previewOf || context.deployment.metadata.rollout_started) return;
  const { signal, clear } = withTimeout(context.signal, limitMs, 'Preparing the databases of the preview');
  const why = await awaitPreviewDatabases(deps, deployment.application, signal)
    .catch((error: unknown) => {
      throw interruptionOf(signal, error) ?? error;
    })
    .finally(clear);
  if (why !== undefined) throw new NoDatabaseError(`The databases of the preview could not be prepared: ${why}`);
  log.line('The databases of the preview are ready');
}
