import type { BackupRepository, StoredData } from '../../backup-store/backup-store.ts';
import { databaseEngines } from '../../database-engines/registry.ts';
import type { Backup } from '../../entities/backup.ts';
import { ConflictError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import { databaseName } from '../databases/find-database.ts';
import type { DatabaseAccess } from './database-access.ts';
import { type Measured, measureStream, type MeasuredStream } from './measure-stream.ts';
import { saveLog } from '../databases/recoverable.ts';
import type { Toolbox } from './toolbox.ts';

interface Making {
  repository: BackupRepository;
  store(stream: MeasuredStream): Promise<StoredData>;
  toolbox: Toolbox;
}

/** Copies the server's files while it runs. Their log is archived from before the copy began. */
export async function makeBase(deps: Deps, { id }: Backup, access: DatabaseAccess, making: Making) {
  const { repository, store, toolbox } = making;
  const pit = databaseEngines[access.database.type].pointInTime;
  if (!pit || access.database.config['pitr'] !== true) {
    const name = databaseName(access.database);
    throw new ConflictError(
      'A `base` backup needs a PostgreSQL database whose log is archived: ' + `\`db set ${name} --config pitr=on\`.`,
    );
  }
  const before = pit.readState(await toolbox.run(pit.state(access.login)));
  if (before.obstacle !== undefined) throw new ConflictError(before.obstacle);
  // From now on its log is archived, without which the copied files are of no use.
  await saveLog(deps, id, { system: before.system, archived: before.end, timeline: before.timeline });
  const stream = measureStream(toolbox.output(pit.base(access.login)));
  const { addedBytes, snapshot } = await store(stream);
  const { now } = pit.readState(await toolbox.run(pit.state(access.login)));
  await saveLog(deps, id, { since: now });
  const measured: Measured = stream.result();
  return { measured, snapshot, location: repository.location, storedBytes: addedBytes };
}
