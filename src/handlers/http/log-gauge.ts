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

/** Left out while there is no backup of Shipmate itself. */
export function addSelfBackupGauge(deps: Pick<Deps, 'database' | 'logger'>, registers: Registry[]): void {
  const read = async () => {
    const { selfBackupAge } = await import('../../usecases/self-backup/last-self-backup.ts');
    return selfBackupAge(deps);
  };
  scrapedGauges(deps, registers, read)(
    'shipmate_self_backup_age_seconds',
    'Age of the newest backup of Shipmate itself that was read back whole',
    [],
    (seconds) => (seconds === undefined ? [] : [[{}, seconds]]),
  );
}
