import type { Digest, Measures } from '../../src/entities/digest.ts';

const nothing: Measures = {
  ended: 0,
  succeeded: 0,
  rolledBack: 0,
  failed: 0,
  changes: 0,
  changesPerDay: 0,
  leadSeconds: null,
  reached: 0,
  broken: 0,
  restoreSeconds: null,
};

/** A week in which nothing was deployed. */
export const emptyDigest: Digest = {
  scope: 'shop/*',
  zone: 'Europe/Berlin',
  from: '2026-11-20T08:00:00.000Z',
  to: '2026-11-27T08:00:00.000Z',
  before: '2026-11-13T08:00:00.000Z',
  measures: nothing,
  earlier: nothing,
  days: Array.from({ length: 14 }, (_, at) => ({ day: `2026-11-${14 + at}`, succeeded: at, rolledBack: 0, failed: 0 })),
  failures: [],
  backups: null,
  certificates: [],
  services: [],
  disks: [],
  lostNodes: [],
};
