import type { Config } from '../../config.ts';

/** Seconds. Image and push each may take as long as a build; a minute for what lies between the steps. */
export function longestDeployment({ deployments }: Pick<Config, 'deployments'>): number {
  const { cloneTimeoutMs, buildTimeoutMs, rolloutTimeoutMs } = deployments;
  return Math.ceil((cloneTimeoutMs + 2 * buildTimeoutMs + rolloutTimeoutMs) / 1000) + 60;
}
