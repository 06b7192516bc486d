import { Gauge, type Registry } from 'prom-client';
import { archivedAges } from '../../usecases/backups/archived-ages.ts';
import type { Deps } from '../../usecases/deps.ts';

/** What would be lost of databases with `pitr`; left out while Shipmate's own database does not answer. */
export function addLogGauge(deps: Pick<Deps, 'database' | 'logger'>, registers: Registry[]): void {
  const gauge: Gauge = new Gauge({
    name: 'shipmate_database_archived_age_seconds',
    help: 'Age of the newest archived moment of a database with pitr',
    labelNames: ['database'],
    registers,
    async collect() {
      gauge.reset();
      try {
        for (const { database, seconds } of await archivedAges(deps)) gauge.set({ database }, seconds);
      } catch (error) {
        deps.logger.warn({ err: error }, 'metrics are incomplete');
      }
    },
  });
}
