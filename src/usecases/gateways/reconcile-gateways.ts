import type { Gateways } from '../../ingress/gateways.ts';
import { oneWaiting } from '../../serial-queue.ts';
import type { Deps } from '../deps.ts';
import { readGateways } from './read-gateways.ts';

type GatewayDeps = Pick<Deps, 'cipher' | 'database' | 'gateways'>;

const reconcilers = new WeakMap<Gateways, (deps: GatewayDeps) => Promise<void>>();

/**
 * Brings the gateways of databases to the database's state. Everything committed before the call is applied when it
 * returns; concurrent calls are merged.
 */
export async function reconcileGateways(deps: GatewayDeps): Promise<void> {
  const reconcile = reconcilers.get(deps.gateways) ?? oneWaiting(applyState);
  reconcilers.set(deps.gateways, reconcile);
  await reconcile(deps);
}

async function applyState({ cipher, database, gateways }: GatewayDeps): Promise<void> {
  await gateways.apply(await database.asSystem().transactional((em) => readGateways(em, cipher)));
}

/**
 * `reconcileGateways` after a commit that stands even when a gateway fails; the next reconciliation makes up for it.
 * @returns whether it succeeded.
 */
export async function tryReconcileGateways(deps: GatewayDeps & Pick<Deps, 'logger'>): Promise<boolean> {
  try {
    await reconcileGateways(deps);
    return true;
  } catch (error) {
    deps.logger.error({ err: error }, 'could not reconcile the gateways of databases');
    return false;
  }
}
