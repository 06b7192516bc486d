import type { Domain } from '../../entities/domain.ts';
import type { Deps } from '../deps.ts';
import { reconcileGateways, tryReconcileGateways } from '../gateways/reconcile-gateways.ts';
import { reconcileIngress, tryReconcileIngress } from '../ingress/reconcile-ingress.ts';

type Served = Pick<Domain, 'targetType'>;

/** Puts what changed about a domain's certificate in service: at the ingress, and at the gateway of a database. */
export async function serveCertificate(deps: Deps, { targetType }: Served): Promise<void> {
  await reconcileIngress(deps);
  if (targetType === 'database') await reconcileGateways(deps);
}

/** The same after a commit that stands even when it fails. @returns whether it succeeded. */
export async function tryServeCertificate(deps: Deps, { targetType }: Served): Promise<boolean> {
  const ingress = await tryReconcileIngress(deps);
  return targetType === 'database' ? tryReconcileGateways(deps) : ingress;
}
