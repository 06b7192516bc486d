/** How deployments went in a period. Times are seconds; null: there was nothing to measure. */
export interface Measures {
  /** Deployments that ended by themselves: neither cancelled nor superseded. */
  ended: number;
  succeeded: number;
  rolledBack: number;
  failed: number;
  /** Successful deployments that were no rollback, and how many of them a day. */
  changes: number;
  changesPerDay: number;
  /** Median from the commit to its first success; of how many that is known. */
  leadSeconds: number | null;
  /** Changes that reached the service, and those of them that failed there. */
  reached: number;
  broken: number;
  /** Median time until a service that a change or anything else had broken was well again. */
  restoreSeconds: number | null;
}

/** Deployments that ended on one day of the zone. */
export interface DigestDay {
  /** `2026-11-27` */
  day: string;
  succeeded: number;
  rolledBack: number;
  failed: number;
}

export interface DigestFailure {
  application: string;
  deployment: string;
  at: string;
  status: 'failed' | 'rolled_back';
  /** Who asked for it, and what of. */
  by: string;
  version: string;
  why: string;
}

export interface DigestService {
  application: string;
  /** Since when it is unhealthy; null: it is well again. */
  since: string | null;
  /** How often it was in the period, and what its tasks said last. */
  incidents: number;
  restarts: number;
  error: string | null;
}

export interface DigestBackups {
  made: number;
  failed: number;
  bytes: number;
  /** Those that were restored to prove that they can be. */
  verified: number;
  /** Databases whose last backup failed, or that have none. */
  without: string[];
}

export interface DigestDisk {
  host: string;
  name: string;
  usedPercent: number;
  freeBytes: number;
  level: 'ok' | 'warning' | 'danger';
  /** By its growth of the last days; null: it does not grow. */
  fullInDays: number | null;
}

/** The numbers of a digest. Plain JSON with times in ISO 8601: `notifications` holds it until it is delivered. */
export interface Digest {
  /** What it is about, e.g. `shop/*`. */
  scope: string;
  zone: string;
  from: string;
  to: string;
  /** Begin of the period before, which ends with `from`. */
  before: string;
  measures: Measures;
  earlier: Measures;
  /** The last two weeks. */
  days: DigestDay[];
  failures: DigestFailure[];
  backups: DigestBackups | null;
  certificates: { domain: string; expiresAt: string }[];
  services: DigestService[];
  /** Of digests across projects. */
  disks: DigestDisk[];
  lostNodes: string[];
}
