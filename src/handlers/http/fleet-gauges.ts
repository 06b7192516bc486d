import type { Registry } from 'prom-client';
import { readFleet } from '../../usecases/overview/read-fleet.ts';
import type { Deps } from '../../usecases/deps.ts';
import { type Chat, readComponents } from './components.ts';
import { type Sample, scrapedGauges } from './scraped-gauges.ts';

/** Applications, backups, certificates, the queue's head and the parts Shipmate needs. */
export function addFleetGauges(
  deps: Pick<Deps, 'config' | 'database' | 'ingress' | 'logger' | 'queue' | 'swarm'>,
  chats: readonly Chat[],
  registers: Registry[],
): void {
  const add = scrapedGauges(deps, registers, () => readFleet(deps));
  add(
    'shipmate_application_tasks',
    'Tasks of an application that should run, and that do',
    ['application', 'state'],
    ({ applications }) =>
      applications.flatMap(({ desired, name, running }): Sample[] => [
        [{ application: name, state: 'desired' }, desired],
        [{ application: name, state: 'running' }, running],
      ]),
  );
  add(
    'shipmate_database_backup_timestamp_seconds',
    'When the newest backup of a database was complete: a good one, and one that a drill restored',
    ['database', 'kind'],
    ({ databases }) =>
      databases.flatMap(({ name, success, verified }) =>
        Object.entries({ success, verified }).flatMap(([kind, at]): Sample[] =>
          at === undefined ? [] : [[{ database: name, kind }, at]],
        ),
      ),
  );
  add('shipmate_certificate_expiry_timestamp_seconds', 'When a certificate expires', ['domain'], ({ certificates }) =>
    certificates.map(({ domain, expiresAt }) => [{ domain }, expiresAt]),
  );
  add('shipmate_queue_oldest_wait_seconds', 'How long a deployment has waited for a worker', [], ({ oldestWait }) => [
    [{}, oldestWait],
  ]);
  scrapedGauges(deps, registers, () => readComponents(deps, chats))(
    'shipmate_component_up',
    'Whether a part answers that Shipmate needs or uses',
    ['component'],
    (components) => components.map(({ name, why }) => [{ component: name }, why === undefined ? 1 : 0]),
  );
}
