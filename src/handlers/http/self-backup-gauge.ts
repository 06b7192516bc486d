import type { Registry } from 'prom-client';
import type { Deps } from '../../usecases/deps.ts';
import { selfBackupAge } from '../../usecases/self-backup/last-self-backup.ts';
import { scrapedGauges } from './scraped-gauges.ts';

/** Left out while there is no backup of Shipmate itself. */
export function addSelfBackupGauge(deps: Pick<Deps, 'database' | 'logger'>, registers: Registry[]): void {
  scrapedGauges(deps, registers, () => selfBackupAge(deps))(
    'shipmate_self_backup_age_seconds',
    'Age of the newest backup of Shipmate itself that was read back whole',
    [],
    (seconds) => (seconds === undefined ? [] : [[{}, seconds]]),
  );
}
