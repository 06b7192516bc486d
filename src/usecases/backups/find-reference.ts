import { Backup } from '../../entities/backup.ts';
import type { ManagedDatabase } from '../../entities/managed-database.ts';
import type { Deps } from '../deps.ts';

/** Packed dumps that are smaller are stored as a whole: reading one again takes longer than storing it, bytes. */
const worthBytes = 4 * 1024 * 1024;
/**
 * Differences are counted from the reference, so they grow from day to day. A new reference costs a whole dump once; from
 * this share of one on, it costs less than the differences of the days to come.
 */
const mostShare = 1 / 3;

/** What the next incremental backup is stored as the differences to; otherwise why it is not, where that is worth telling. */
export type Found = { reference: Backup & { marks: Uint8Array } } | { why?: string };

/** Looks at the newest incremental backup that is stored as a whole. */
export async function findReference(deps: Deps, database: Pick<ManagedDatabase, 'id'>): Promise<Found> {
  const em = deps.database.asSystem();
  const newest = { orderBy: { createdAt: 'desc' }, limit: 1 } as const;
  const good = { database: database.id, type: 'incremental', status: 'success' } as const;
  const [whole] = await em.find(Backup, { ...good, reference: null }, { ...newest, populate: ['marks'] });
  if (!whole) return {};
  const { drill, packed_as: packed } = whole.metadata;
  const name = whole.id.slice(0, 8);
  const bytes = packed?.bytes ?? 0;
  if (bytes < worthBytes) return {};
  if (!whole.marks) return { why: `${name} is too large for differences to it` };
  if (drill?.ok === false) return { why: `the last drill of ${name} failed` };
  const [delta] = await em.find(Backup, { ...good, reference: whole.id }, newest);
  const share = (delta?.metadata.packed_as?.bytes ?? 0) / bytes;
  if (share > mostShare) return { why: `the differences to ${name} had grown to ${Math.round(share * 100)} % of it` };
  return { reference: Object.assign(whole, { marks: whole.marks }) };
}
