import type { Job } from './job.ts';

/** Repairs an ingress that was restarted, changed from outside, or unavailable when its routes changed. */
export const reconcileIngressJob: Job = {
  name: 'reconcile-ingress',
  summary: 'Brings the ingress and the gateways of databases to the state in the database',
  schedule: '* * * * *',
  async run(deps, { signal }) {
    const { reconcileGateways } = await import('../usecases/gateways/reconcile-gateways.ts');
    const { reconcileIngress } = await import('../usecases/ingress/reconcile-ingress.ts');
    // Neither keeps the other from what it has to do.
    const done = await Promise.allSettled([reconcileIngress(deps, signal), reconcileGateways(deps)]);
    for (const one of done) if (one.status === 'rejected') throw one.reason;
  },
};
