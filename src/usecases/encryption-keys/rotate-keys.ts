import { executeSql } from '../../database/database.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError } from '../../errors.ts';
import { sealedColumns, type SealedColumn } from '../../secrets/sealed-columns.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { actor, type Origin } from '../origin.ts';
import { readKeyUse } from './read-key-use.ts';

/** Secrets per transaction: each holds its rows for a few milliseconds only. */
const batchSize = 200;
const firstId = '00000000-0000-0000-0000-000000000000';

export interface Rotation {
  /** The key that encrypts. */
  keyId: string;
  /** Secrets re-encrypted, by table. */
  rewritten: Record<string, number>;
  /** Secrets still under another key, written during the rotation by a Shipmate without the new key. */
  left: number;
}

/**
 * Re-encrypts every secret that is not under the first key, without downtime. Concurrent changes of secrets are kept.
 * If interrupted, the next run resumes.
 * @throws {ConflictError} while another rotation runs.
 */
export async function rotateKeys(deps: Deps, { user, origin }: { user: User; origin: Origin }): Promise<Rotation> {
  const lease = await deps.leases.tryAcquire('keys:rotate');
  if (!lease) throw new ConflictError('A key rotation is already running. Follow it with `keys show`.');
  try {
    const rewritten: Record<string, number> = {};
    for (const column of sealedColumns) rewritten[column.table] = await rotateColumn(deps, column);
    const { keyId } = deps.cipher;
    const left = (await readKeyUse(deps))
      .filter((use) => use.keyId !== keyId)
      .reduce((sum, use) => sum + use.secrets, 0);
    await deps.database.asSystem().transactional(async (em) =>
      recordAudit(em, {
        ...actor(user, origin),
        action: 'keys.rotate',
        resourceType: 'user',
        resourceId: user.id,
        details: { kind: 'secret_key', key: keyId, rewritten, left },
      }),
    );
    return { keyId, rewritten, left };
  } finally {
    await lease.release();
  }
}

interface Stored {
  id: string;
  name: string;
  secret: string;
}

async function rotateColumn({ database, cipher }: Deps, column: SealedColumn): Promise<number> {
  let rewritten = 0;
  let last = { id: firstId, name: '' };
  for (;;) {
    const batch = await database.asSystem().transactional(async (em) => {
      const { rows } = await executeSql<Stored>(
        em,
        `select id, name, secret from (${column.select}) stored
         where split_part(secret, '.', 2) <> $1 and (id, name) > ($2::uuid, $3) order by id, name limit ${batchSize}`,
        [cipher.keyId, last.id, last.name],
      );
      for (const { id, name, secret } of rows) {
        const identity = `${column.table}:${id}:${name}`;
        const renewed = cipher.encrypt(cipher.decrypt(secret, identity), identity);
        const changed = await executeSql(em, `${column.update} returning 1`, [id, name, renewed, secret]);
        rewritten += changed.rows.length;
      }
      return rows;
    });
    const end = batch.at(-1);
    if (!end) return rewritten;
    last = end;
  }
}
