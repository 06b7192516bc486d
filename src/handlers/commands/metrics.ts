import { didYouMean } from '../../closest-name.ts';
import { UsageError } from '../../errors.ts';
import { quoted } from '../../quoted.ts';
import { metricsReply } from '../../replies/metrics-reply.ts';
import { readMetrics } from '../../usecases/metrics/read-metrics.ts';
import type { Metrics } from '../../usecases/metrics/read-metrics.ts';
import { timeZoneOf } from '../../usecases/people/time-zone.ts';
import { allOf } from '../../word-lists.ts';
import { defineCommand } from '../command.ts';
import { named, optional, text } from '../options.ts';
import { secondsAgo } from '../since.ts';

export const metrics = defineCommand({
  name: 'metrics',
  summary: 'Draw the CPU, memory, network and restarts of an application',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: {
    app: text('Application', 'application'),
    since: optional(named(text('How far back, at most `14d` (default `1d`)'))),
    service: optional(named(text('Only this service of a compose application'))),
  },
  form: ['app'],
  offers: 'read',
  examples: ['metrics shop/api', 'metrics shop/api --since 6h'],
  async run({ deps, origin, user }, { app, service, since }) {
    const sinceSeconds = since === undefined ? undefined : secondsAgo(since);
    const read = await readMetrics(deps, user, { application: app, sinceSeconds });
    return metricsReply(service === undefined ? read : onlyOf(read, service), await timeZoneOf(user, origin));
  },
});

/** @throws {UsageError} when nothing is known of the service. */
function onlyOf(read: Metrics, service: string): Metrics {
  const services = read.services.filter((one) => one.service === service);
  if (services.length > 0) return { ...read, services };
  const names = read.services.flatMap((one) => one.service ?? []);
  if (names.length === 0) throw new UsageError('No services of a stack were measured. Leave out `--service`.');
  throw new UsageError(
    `No service ${quoted(service)} was measured. ${didYouMean(service, names, `There is ${allOf(names)}.`)}`,
  );
}
