import type Docker from 'dockerode';
import type { DockerConfig } from '../../entities/application-config.ts';
import { ignoreMissing } from '../engine-errors.ts';
import { nanosecondsOf, secondsToNanoseconds } from '../engine-units.ts';
import { httpCheckForm, httpCheckOf } from '../probe/http-check.ts';
import type { ServiceSpec } from '../swarm.ts';

type HealthCheck = DockerConfig['healthcheck'];

/** Of a check that does not set it, seconds: the Engine's own. */
const engineInterval = 30;
/** Until a container is healthy for the first time, checks come this close together, seconds. */
const startInterval = 0.5;
/** Least time in which a version that fails soon after its first good check is noticed, seconds. */
const leastMonitor = 2;

/** What the Engine knows beside what every Engine does. */
export interface HealthCheckForm extends Docker.HealthConfig {
  /** Nanoseconds between checks during `StartPeriod`; Engine API 1.44. */
  StartInterval?: number;
}

/** The check that decides when a task is healthy. */
export interface EffectiveCheck {
  intervalSeconds: number;
}

/** The service's own check, or that of its image; undefined without one, and when it is not known. */
export async function effectiveCheck(
  docker: Docker,
  { docker: { healthcheck }, image }: Pick<ServiceSpec, 'docker' | 'image'>,
): Promise<EffectiveCheck | undefined> {
  if (healthcheck) return isOn(healthcheck.test) ? { intervalSeconds: intervalOf(healthcheck) } : undefined;
  const details = await docker.getImage(image).inspect().catch(ignoreMissing);
  const { Test, Interval } = details?.Config?.Healthcheck ?? {};
  return isOn(Test) ? { intervalSeconds: Interval ? Interval / 1e9 : engineInterval } : undefined;
}

function isOn(test: readonly string[] | undefined): boolean {
  return test !== undefined && test.length > 0 && test[0] !== 'NONE';
}

/**
 * How long healthy tasks are watched, seconds: two of their checks, at least 2 s. Without a check only time tells, so
 * that takes all of `most`.
 */
export function monitorSecondsOf(check: EffectiveCheck | undefined, most: number): number {
  return check ? Math.min(most, Math.max(leastMonitor, 2 * check.intervalSeconds)) : most;
}

/** What is known of the Engine, and what is mounted. */
interface FormOptions {
  /**
   * For Engines that know a start interval: a task is found healthy as soon as it is, and not an interval later. One
   * that is not by then has as many tries as before.
   */
  frequentAtStart: boolean;
  /** Whether the probe is in the container. */
  probe: boolean;
}

export function healthCheckForm(
  docker: DockerConfig,
  { frequentAtStart, probe }: FormOptions,
): HealthCheckForm | undefined {
  const check = docker.healthcheck;
  if (!check) return undefined;
  const http = httpCheckOf(docker);
  return {
    Test: check.test,
    ...(check.interval && { Interval: nanosecondsOf(check.interval) }),
    ...(check.timeout && { Timeout: nanosecondsOf(check.timeout) }),
    ...(http && httpCheckForm(http, check.timeout, probe)),
    ...(check.start_period && { StartPeriod: nanosecondsOf(check.start_period) }),
    ...(check.retries !== undefined && { Retries: check.retries }),
    ...(frequentAtStart && isOn(check.test) && startForm(check)),
  };
}

function startForm(check: NonNullable<HealthCheck>): Pick<HealthCheckForm, 'StartPeriod' | 'StartInterval'> {
  const interval = intervalOf(check);
  // The Engine has no start interval without a start period.
  const period = check.start_period ? nanosecondsOf(check.start_period) : secondsToNanoseconds(interval);
  if (period === 0) return {};
  const asked = check.start_interval === undefined ? 0 : nanosecondsOf(check.start_interval);
  return { StartPeriod: period, StartInterval: asked || secondsToNanoseconds(Math.min(startInterval, interval)) };
}

function intervalOf({ interval }: NonNullable<HealthCheck>): number {
  return interval ? nanosecondsOf(interval) / 1e9 : engineInterval;
}
