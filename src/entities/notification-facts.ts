import type { Digest } from './digest.ts';
import type { NotificationEvent } from './notification-route.ts';

/**
 * What happened, as `notifications.payload` keeps it: names and numbers without words, times in ISO 8601. Applications,
 * databases and owners of data are named `project/name`. Notifications about a deployment have no fact: they are drawn
 * from the deployment's own rows.
 */
export type NotificationFact =
  | ApplicationUnhealthy
  | ApplicationHealthy
  | DatabaseUnhealthy
  | DatabaseHealthy
  | BackupFailed
  | DrillFailed
  | RestoreWaiting
  | RestoreSucceeded
  | RestoreFailed
  | CertificateIssued
  | CertificateFailed
  | CertificateExpiring
  | NodeLost
  | NodeBack
  | DiskFilling
  | DiskFreed
  | BranchBehind
  | JobFailed
  | JobRecovered
  | DigestDue;

export type FactKind = NotificationFact['kind'];
export type Fact<Kind extends FactKind> = Extract<NotificationFact, { kind: Kind }>;

/** The event that routes subscribe to in order to be notified of a fact. */
export const factEvents = {
  'application-unhealthy': 'unhealthy',
  'application-healthy': 'unhealthy',
  'database-unhealthy': 'unhealthy',
  'database-healthy': 'unhealthy',
  'backup-failed': 'backup-failed',
  'drill-failed': 'backup-failed',
  'restore-waiting': 'approval',
  'restore-succeeded': 'restored',
  'restore-failed': 'backup-failed',
  'certificate-issued': 'certificate',
  'certificate-failed': 'certificate',
  'certificate-expiring': 'certificate',
  'node-lost': 'node-lost',
  'node-back': 'node-lost',
  'disk-filling': 'disk-full',
  'disk-freed': 'disk-full',
  'branch-behind': 'behind',
  'job-failed': 'job-failed',
  'job-recovered': 'job-failed',
  digest: 'digest',
} as const satisfies Record<FactKind, NotificationEvent>;

/** A node that does not answer although a volume's data is on it. */
export interface AbsentNode {
  volume: string;
  node: string;
  /** As Swarm calls it; null: the node has left the swarm. */
  state: string | null;
  /** What Swarm says about it. */
  message: string | null;
  /** When the watcher noticed; null: it has not yet. */
  since: string | null;
}

interface ApplicationUnhealthy {
  kind: 'application-unhealthy';
  application: string;
  running: number;
  replicas: number;
  /** Services of a stack that have too few tasks. */
  short: string[];
  /** Tasks that exited in the last ten minutes, and the distinct errors of tasks. */
  exited: number;
  errors: string[];
  /** Null: its tasks do not wait for a node. */
  waitsFor: AbsentNode | null;
}

interface ApplicationHealthy {
  kind: 'application-healthy';
  application: string;
  replicas: number;
}

interface DatabaseUnhealthy {
  kind: 'database-unhealthy';
  database: string;
  reason: string;
}

interface DatabaseHealthy {
  kind: 'database-healthy';
  database: string;
}

interface BackupFailed {
  kind: 'backup-failed';
  database: string;
  type: string;
  reason: string;
}

/** A backup was restored on trial, and that went wrong. */
interface DrillFailed {
  kind: 'drill-failed';
  database: string;
  backup: string;
  reason: string;
}

interface RestoreWaiting {
  kind: 'restore-waiting';
  database: string;
  restore: string;
  /** e.g. `ada (slack)` */
  requestedBy: string | null;
  backup: string;
  backedUpAt: string;
}

interface RestoreSucceeded {
  kind: 'restore-succeeded';
  database: string;
  backup: string;
  seconds: number;
  /** The backup of what the database held before. */
  safetyBackup: string | null;
}

interface RestoreFailed {
  kind: 'restore-failed';
  database: string;
  /** Why, and the state in which that left the database, as in the restore's row. */
  reason: string;
}

interface CertificateIssued {
  kind: 'certificate-issued';
  domain: string;
  issuer: string;
  expiresAt: string;
  renewsAt: string;
}

interface CertificateFailed {
  kind: 'certificate-failed';
  domain: string;
  /** In the authority's words. */
  reason: string;
  retryAt: string;
}

interface CertificateExpiring {
  kind: 'certificate-expiring';
  domain: string;
  issuer: string;
  /** Shipmate does not renew it. */
  uploaded: boolean;
  expiresAt: string;
  /** Rounded up; 0: it has expired. */
  daysLeft: number;
  level: 'warning' | 'danger';
}

interface NodeLost {
  kind: 'node-lost';
  node: string;
  address: string;
  /** What Swarm says about it. */
  message: string | null;
  /** Tasks that ran there when it last answered. */
  tasks: number;
  /** Applications and databases whose data is on it. */
  waiting: string[];
  /** When it is a manager: how many answer. */
  managers: { answering: number; all: number } | null;
}

interface NodeBack {
  kind: 'node-back';
  node: string;
  awaySeconds: number;
}

interface Filesystem {
  host: string;
  /** `data`, `docker`, or `data and docker`. */
  disk: string;
  path: string;
  freeBytes: number;
}

interface DiskFilling extends Filesystem {
  kind: 'disk-filling';
  usedPercent: number;
  /** At the rate of the last days; null: it does not grow. */
  fullInDays: number | null;
  level: 'warning' | 'danger';
}

interface DiskFreed extends Filesystem {
  kind: 'disk-freed';
}

/** A push arrived at the git host, and no webhook announced it. */
interface BranchBehind {
  kind: 'branch-behind';
  application: string;
  branch: string;
  commit: string;
  deployed: string | null;
}

interface JobFailed {
  kind: 'job-failed';
  job: string;
  reason: string | null;
  /** It has a schedule, and so `schedule run` takes it. */
  scheduled: boolean;
}

interface JobRecovered {
  kind: 'job-recovered';
  job: string;
  result: string | null;
}

interface DigestDue {
  kind: 'digest';
  digest: Digest;
}
