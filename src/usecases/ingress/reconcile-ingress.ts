import type { Ingress, IngressState } from '../../ingress/ingress.ts';
import { oneWaiting, orAborted } from '../../serial-queue.ts';
import type { Deps } from '../deps.ts';
import { probeText } from './probe-text.ts';
import { readCertificates } from './read-certificates.ts';
import { readChallenges } from './read-challenges.ts';
import { readIngressRoutes } from './read-ingress-routes.ts';

type IngressDeps = Pick<Deps, 'cipher' | 'config' | 'database' | 'ingress'>;

const reconcilers = new WeakMap<Ingress, (deps: IngressDeps) => Promise<void>>();

/**
 * Brings the ingress to the database's state. Everything committed before the call is applied when it returns;
 * concurrent calls are merged, so at most two read the database. What others may wait for too does not stop when
 * `signal` aborts, but the caller no longer waits for it.
 * @throws the reason of the abort.
 */
export async function reconcileIngress(deps: IngressDeps, signal?: AbortSignal): Promise<void> {
  let reconcile = reconcilers.get(deps.ingress);
  if (!reconcile) {
    reconcile = oneWaiting(async (newest: IngressDeps) => newest.ingress.apply(await readState(newest)));
    reconcilers.set(deps.ingress, reconcile);
  }
  await orAborted(signal, reconcile(deps));
}

/**
 * `reconcileIngress` after a commit that stands even when the ingress fails; the next reconciliation makes up for it.
 * @returns whether it succeeded.
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
