import type { Registry } from 'prom-client';
import type { Deps } from '../../usecases/deps.ts';
import { scrapedGauges } from './scraped-gauges.ts';

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
