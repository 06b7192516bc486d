import { type Request, type RequestHandler, type Response, Router } from 'express';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Chat } from './components.ts';
import type { DeploymentTimes } from './deployment-times.ts';
import { addFleetGauges } from './fleet-gauges.ts';
import { addHostGauges } from './host-gauges.ts';
import { addLogGauge, addSelfBackupGauge } from './log-gauge.ts';
import { addUsageGauges } from './usage-gauges.ts';
import { allowScraping } from './scraping.ts';
import type { LoopDelay } from './loop-delay.ts';
import type { LeaseLosses } from '../../database/lease-losses.ts';
import { countDeployments } from '../../usecases/deployments/count-deployments.ts';
import type { Deps } from '../../usecases/deps.ts';
import { type WebhookResult, webhookResult } from '../webhooks/webhook-result.ts';
import type { RunCounts } from '../../usecases/jobs/run-counts.ts';
import { version } from '../../version.ts';

export interface Metrics {
  /** Counts and times every request. */
  observe: RequestHandler;
  /** `GET /metrics` */
  router: Router;
}

interface MetricsOptions {
  chats?: readonly Chat[];
  /** Of the deployment worker. */
  times?: DeploymentTimes;
  /** Of the scheduler. */
  runs?: RunCounts;
  loopDelay?: LoopDelay;
  leaseLosses?: Pick<LeaseLosses, 'count'>;
}

export function createMetrics(
  deps: Pick<Deps, 'config' | 'database' | 'ingress' | 'logger' | 'queue' | 'swarm'>,
  { chats = [], leaseLosses, loopDelay, runs, times }: MetricsOptions = {},
): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const durations = new Histogram({
    name: 'shipmate_http_request_duration_seconds',
    help: 'Time to answer HTTP requests',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const webhooks = new Counter({
    name: 'shipmate_webhooks_total',
    help: 'Webhook requests by git host and outcome',
    labelNames: ['provider', 'outcome'],
    registers,
  });
  addBuildInfo(registers);
  addGauges(deps, registers);
  addHostGauges(deps, registers);
  addLogGauge(deps, registers);
  addSelfBackupGauge(deps, registers);
  addFleetGauges(deps, chats, registers);
  addUsageGauges(deps, registers);
  times?.addTo(registry);
  if (runs) addJobCounters(runs, registers);
  if (leaseLosses) addLeaseCounter(leaseLosses, registers);
  if (loopDelay) registry.registerMetric(loopDelay.histogram);

  const router = Router();
  router.get('/metrics', allowScraping(deps), async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  return {
    router,
    observe(request, response, next) {
      const stop = durations.startTimer();
      response.on('finish', () => {
        stop({ method: request.method, route: routeLabel(request), status: response.statusCode });
        const webhook = webhookResult(response);
        if (webhook) webhooks.inc({ provider: webhook.provider, outcome: webhookOutcome(response, webhook) });
      });
      next();
    },
  };
}

/** Which program this is: always 1, as Prometheus' own servers tell theirs. */
function addBuildInfo(registers: Registry[]): void {
  const labels = { version, node_version: process.versions.node };
  const info = new Gauge({
    name: 'shipmate_build_info',
    help: 'Version of Shipmate and of Node.js that runs it',
    labelNames: Object.keys(labels),
    registers,
  });
  info.set(labels, 1);
}

/** Read on each scrape. When the database does not answer, these are left out and the other metrics still work. */
function addGauges(deps: Pick<Deps, 'database' | 'queue' | 'logger'>, registers: Registry[]): void {
  const deployments = new Gauge({
    name: 'shipmate_deployments',
    help: 'Deployments by status',
    labelNames: ['status'],
    registers,
    async collect() {
      await attempt(async () => {
        const counts = await countDeployments(deps);
        this.reset();
        for (const [status, count] of Object.entries(counts)) this.set({ status }, count);
      });
    },
  });
  const depth = new Gauge({
    name: 'shipmate_queue_depth',
    help: 'Deployment jobs by state',
    labelNames: ['state'],
    registers,
    async collect() {
      await attempt(async () => {
        const { waiting, running } = await deps.queue.depth();
        this.set({ state: 'waiting' }, waiting);
        this.set({ state: 'running' }, running);
      });
    },
  });

  async function attempt(collect: () => Promise<void>): Promise<void> {
    try {
      await collect();
    } catch (error) {
      deployments.reset();
      depth.reset();
      deps.logger.warn({ err: error }, 'metrics are incomplete');
    }
  }
}

function addLeaseCounter(losses: Pick<LeaseLosses, 'count'>, registers: Registry[]): void {
  new Counter({
    name: 'shipmate_leases_lost_total',
    help: 'Leases lost with their connection to PostgreSQL: what ran under them starts over',
    registers,
    collect() {
      this.reset();
      this.inc(losses.count());
    },
  });
}

function addJobCounters(runs: RunCounts, registers: Registry[]): void {
  const counters = [
    { name: 'shipmate_job_runs_total', help: 'Job runs by result', value: 'runs' },
    { name: 'shipmate_job_run_seconds_total', help: 'Total time of job runs', value: 'seconds' },
  ] as const;
  for (const { name, help, value } of counters) {
    new Counter({
      name,
      help,
      // Not `job`, which Prometheus gives every series itself.
      labelNames: ['scheduled_job', 'status'],
      registers,
      collect() {
        this.reset();
        for (const count of runs.read()) this.inc({ scheduled_job: count.job, status: count.status }, count[value]);
      },
    });
  }
}

/** The route's pattern, so that paths with ids or names share a label; requests without a route share `other`. */
function routeLabel({ route }: Request): string {
  const { path } = (route ?? {}) as { path?: unknown };
  return typeof path === 'string' ? path : 'other';
}

/** The outcome that the router notes for an accepted delivery. */
function webhookOutcome({ statusCode }: Response, { outcome }: WebhookResult): string {
  if (outcome) return outcome;
  if (statusCode === 401) return 'unsigned';
  return statusCode >= 500 ? 'error' : 'refused';
}
