/** Delivery metrics of a period. Times in seconds; null: nothing to measure. */
export interface Measures {
  /** Deployments that ended without being cancelled or superseded. */
  ended: number;
  succeeded: number;
  rolledBack: number;
  failed: number;
  /** Successful deployments other than rollbacks, and their number per day. */
  changes: number;
  changesPerDay: number;
  /** Median time from a commit to its first success, and the number of samples. */
  leadSeconds: number | null;
  /** Changes that reached the service, and how many of them failed there. */
  reached: number;
  broken: number;
  /** Median time to restore a broken service. */
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
  /** Requester and ref. */
  by: string;
  version: string;
  why: string;
}

export interface DigestService {
  application: string;
  /** Unhealthy since; null: recovered. */
  since: string | null;
  /** Incidents in the period, and the last task error. */
  incidents: number;
  restarts: number;
  error: string | null;
}

export interface DigestBackups {
  made: number;
  failed: number;
  bytes: number;
  /** Backups verified by a drill. */
  verified: number;
  /** Databases without a backup, or whose last one failed. */
  without: string[];
}

export interface DigestDisk {
  host: string;
  name: string;
  usedPercent: number;
  freeBytes: number;
  level: 'ok' | 'warning' | 'danger';
  /** Forecast from recent growth; null: usage does not grow. */
  fullInDays: number | null;
}

/** The data of a digest. Plain JSON with ISO 8601 times, stored in `notifications` until delivery. */
export interface Digest {
  /** Its scope, e.g. `shop/*`. */
  scope: string;
  zone: string;
  from: string;
  to: string;
  /** Start of the previous period, which ends at `from`. */
  before: string;
  measures: Measures;
  earlier: Measures;
  /** The last two weeks. */
  days: DigestDay[];
  failures: DigestFailure[];
  backups: DigestBackups | null;
  certificates: { domain: string; expiresAt: string }[];
  services: DigestService[];
  /** Only in digests across projects. */
  disks: DigestDisk[];
  lostNodes: string[];
}
