import { currentLocation } from '../../backup-store/location.ts';
import { BackupStore } from '../../entities/backup-store.ts';
import type { User } from '../../entities/user.ts';
import { NotFoundError } from '../../errors.ts';
import { databaseName, findDatabase } from '../databases/find-database.ts';
import type { Deps } from '../deps.ts';
import { actor, type Origin } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';
import { passwordIdentity } from './restic-repositories.ts';

/** Everything needed to open a database's restic repositories without Shipmate. */
export interface BackupAccess {
  name: string;
  location: string;
  password: string;
}

/** @throws {NotFoundError} before the first backup. */
export async function readBackupAccess(deps: Deps, user: User, origin: Origin, given: string): Promise<BackupAccess> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const database = await findDatabase(em, given, { user, intent: 'manage' });
    const name = databaseName(database);
    const store = await em.findOne(BackupStore, { database });
    if (!store) throw new NotFoundError(`\`${name}\` has no backup yet. Make one: \`db backup ${name}\`.`);
    await recordAudit(em, {
      ...actor(user, origin),
      action: 'database.backup_key',
      resourceType: 'database',
      resourceId: database.id,
      details: { kind: 'backup', database: name },
    });
    const password = deps.cipher.decrypt(store.password, passwordIdentity(store.id));
    return { name, location: currentLocation(deps.config.dataDir, store), password };
  });
}
