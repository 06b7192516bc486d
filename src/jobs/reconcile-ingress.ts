import type { Job } from './job.ts';

/** Repairs an ingress that was restarted, changed from outside, or unavailable when its routes changed. */
export const reconcileIngressJob: Job = {
  name: 'reconcile-ingress',
  summary: 'Brings the ingress to the state in the database',
  schedule: '* * * * *',
  async run(deps, { signal }) {
    const { reconcileIngress } = await import('../usecases/ingress/reconcile-ingress.ts');
    return reconcileIngress(deps, signal);
  },
};
