import { Counter, Histogram, type Registry } from 'prom-client';
import type { DeploymentEnd } from '../../usecases/deployments/run/finish-deployment.ts';

/** From a second to the longest build, seconds. */
const buckets = [1, 2, 5, 10, 20, 45, 90, 180, 300, 600, 1_200, 1_800, 3_600];

/** Deployments that this process ended, for metrics. */
export interface DeploymentTimes {
  ended(end: DeploymentEnd): void;
  addTo(registry: Registry): void;
}

export function measureDeployments(): DeploymentTimes {
  const steps = new Histogram({
    name: 'shipmate_deployment_step_duration_seconds',
    help: 'Time that deployments spent in a step',
    labelNames: ['step'],
    buckets,
    registers: [],
  });
  const total = new Counter({
    name: 'shipmate_deployments_ended_total',
    help: 'Deployments that ended, by application and outcome',
    labelNames: ['application', 'outcome'],
    registers: [],
  });
  return {
    ended({ application, durations = {}, status }) {
      total.inc({ application, outcome: status });
      for (const [step, seconds] of Object.entries(durations)) steps.observe({ step }, seconds);
    },
    addTo(registry) {
      registry.registerMetric(steps);
      registry.registerMetric(total);
    },
  };
}
