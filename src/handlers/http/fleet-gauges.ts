import { Gauge, type Registry } from 'prom-client';
import { type Fleet, readFleet } from '../../usecases/overview/read-fleet.ts';
import type { Deps } from '../../usecases/deps.ts';
import { type Chat, readComponents } from './components.ts';

type Sample = [labels: Record<string, string>, value: number];

/** Applications, backups, certificates, the queue's head and the parts Shipmate needs, read on each scrape. */
export function addFleetGauges(
  deps: Pick<Deps, 'config' | 'database' | 'ingress' | 'logger' | 'queue' | 'swarm'>,
  chats: readonly Chat[],
  registers: Registry[],
): void {
  let looking: Promise<Fleet> | undefined;
  /** Prometheus collects all gauges at once, so one look serves them. */
  const look = () => (looking ??= readFleet(deps).finally(() => (looking = undefined)));

  function add(name: string, help: string, labelNames: string[], read: () => Promise<Sample[]>): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames,
      registers,
      async collect() {
        gauge.reset();
        try {
          for (const [labels, value] of await read()) gauge.set(labels, value);
        } catch (error) {
          deps.logger.warn({ err: error, metric: name }, 'metrics are incomplete');
        }
      },
    });
  }

  add(
    'shipmate_application_tasks',
    'Tasks of an application that should run, and that do',
    ['application', 'state'],
    async () =>
      (await look()).applications.flatMap(({ desired, name, running }): Sample[] => [
        [{ application: name, state: 'desired' }, desired],
        [{ application: name, state: 'running' }, running],
      ]),
  );
  add(
    'shipmate_database_backup_timestamp_seconds',
    'When the newest backup of a database was complete: a good one, and one that a drill restored',
    ['database', 'kind'],
    async () =>
      (await look()).databases.flatMap(({ name, success, verified }): Sample[] => [
        ...(success === undefined ? [] : [[{ database: name, kind: 'success' }, success] satisfies Sample]),
        ...(verified === undefined ? [] : [[{ database: name, kind: 'verified' }, verified] satisfies Sample]),
      ]),
  );
  add('shipmate_certificate_expiry_timestamp_seconds', 'When a certificate expires', ['domain'], async () =>
    (await look()).certificates.map(({ domain, expiresAt }): Sample => [{ domain }, expiresAt]),
  );
  add('shipmate_queue_oldest_wait_seconds', 'How long a deployment has waited for a worker', [], async () => [
    [{}, (await look()).oldestWait],
  ]);
  add('shipmate_component_up', 'Whether a part answers that Shipmate needs or uses', ['component'], async () =>
    (await readComponents(deps, chats)).map(({ name, why }): Sample => [
      { component: name },
      why === undefined ? 1 : 0,
    ]),
  );
}
