import type { Registry } from 'prom-client';
import { archivedAges } from '../../usecases/backups/archived-ages.ts';
import type { Deps } from '../../usecases/deps.ts';
import { scrapedGauges } from './scraped-gauges.ts';

/** What would be lost of databases with `pitr`. */
export function addLogGauge(deps: Pick<Deps, 'database' | 'logger'>, registers: Registry[]): void {
  scrapedGauges(deps, registers, () => archivedAges(deps))(
    'shipmate_database_archived_age_seconds',
    'Age of the newest archived moment of a database with pitr',
    ['database'],
    (ages) => ages.map(({ database, seconds }) => [{ database }, seconds]),
  );
}
