import { executeSql } from '../../../src/database/database.ts';
import type { Archive } from '../../../src/archive/archive.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { applyRetention } from '../../../src/usecases/retention/apply-retention.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeProject } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { memoryArchive } from '../../support/memory-archive.ts';
import { makePerson, type Person } from '../../support/person.ts';

export interface RetentionStage {
  db: TestDatabase;
  deps: Deps;
  root: Person;
  application: string;
  objects: Map<string, Buffer>;
  sql(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Runs retention over an archive that may misbehave. */
  retain(over?: {
    dryRun?: boolean;
    signal?: AbortSignal;
    archive?: Archive;
    config?: Deps['config'];
  }): Promise<string>;
}

/** An application `shop/api` and an archive in memory. */
export async function retentionStage(): Promise<RetentionStage> {
  const db = await createTestDatabase();
  const objects = new Map<string, Buffer>();
  const deps = fakeDeps(db.database, { archive: memoryArchive(objects) });
  const root = await makePerson(deps, 'super_admin');
  const project = await makeProject(db.database, { name: 'shop', owner: root.user });
  const { id } = await makeApplication(db.database, { name: 'api', project });
  return {
    db,
    deps,
    root,
    application: id,
    objects,
    sql: async (text, values) => (await executeSql(db.database.asSystem(), text, values)).rows,
    retain: ({
      dryRun = false,
      signal = new AbortController().signal,
      archive = deps.archive,
      config = deps.config,
    } = {}) => applyRetention({ ...deps, archive, config }, { dryRun, signal }),
  };
}
