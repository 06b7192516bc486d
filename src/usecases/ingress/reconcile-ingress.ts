import type { Ingress, IngressState } from '../../ingress/ingress.ts';
import { oneWaiting } from '../../serial-queue.ts';
import type { Deps } from '../deps.ts';
import { probeText } from './probe-text.ts';
import { readCertificates } from './read-certificates.ts';
import { readChallenges } from './read-challenges.ts';
import { readIngressRoutes } from './read-ingress-routes.ts';

type IngressDeps = Pick<Deps, 'cipher' | 'config' | 'database' | 'ingress'>;

const reconcilers = new WeakMap<Ingress, (deps: IngressDeps) => Promise<void>>();

/**
 * Makes the ingress do what the database says, no more. What is committed before the call is done when this returns;
 * of many calls at once only two read the database.
 */
export async function reconcileIngress(deps: IngressDeps): Promise<void> {
  let reconcile = reconcilers.get(deps.ingress);
  if (!reconcile) {
    reconcile = oneWaiting(async (newest: IngressDeps) => newest.ingress.apply(await readState(newest)));
    reconcilers.set(deps.ingress, reconcile);
  }
  return reconcile(deps);
}

/**
 * The same after what was decided is committed, which stays decided when the ingress does not answer: the next
 * reconciliation mends it. @returns whether it did.
 */
export async function tryReconcileIngress(deps: IngressDeps & Pick<Deps, 'logger'>): Promise<boolean> {
  try {
    await reconcileIngress(deps);
    return true;
  } catch (error) {
    deps.logger.error({ err: error }, 'could not reconcile the ingress');
    return false;
  }
}

async function readState({ cipher, config, database }: IngressDeps): Promise<IngressState> {
  return database.asSystem().transactional(async (em) => ({
    routes: await readIngressRoutes(em, config),
    certificates: await readCertificates(em, cipher),
    challenges: await readChallenges(em),
    probe: probeText(config),
  }));
}
