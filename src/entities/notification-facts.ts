import type { Digest } from './digest.ts';
import type { CommandFailed, CommandMissed, JobFailed, JobRecovered } from './job-facts.ts';
import type { NotificationEvent } from './notification-route.ts';
import type { UsageFact } from './usage-facts.ts';

/**
 * An event as stored in `notifications.payload`: names and numbers without wording, times in ISO 8601. Applications,
 * databases and owners of data are named `project/name`. Notifications about deployments have no fact: they are built
 * from the deployment's rows.
 */
export type NotificationFact =
  | ApplicationUnhealthy
  | ApplicationHealthy
  | UsageFact
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
  | RepositoryMoved
  | AppReach
  | AppInstallation
  | AppWebhook
  | CommandFailed
  | CommandMissed
  | JobFailed
  | JobRecovered
  | DigestDue;

export type FactKind = NotificationFact['kind'];
export type Fact<Kind extends FactKind> = Extract<NotificationFact, { kind: Kind }>;

/** The subscribable event of each fact. */
export const factEvents = {
  'application-unhealthy': 'unhealthy',
  'application-healthy': 'unhealthy',
  'memory-short': 'unhealthy',
  'memory-enough': 'unhealthy',
  restarting: 'unhealthy',
  'restarts-over': 'unhealthy',
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
  'repository-moved': 'behind',
  'app-reach': 'behind',
  'app-installation': 'behind',
  'app-webhook': 'behind',
  'command-failed': 'job-failed',
  'command-missed': 'job-failed',
  'job-failed': 'job-failed',
  'job-recovered': 'job-failed',
  digest: 'digest',
} as const satisfies Record<FactKind, NotificationEvent>;

/** An unavailable node that has a volume's data. */
export interface AbsentNode {
  volume: string;
  node: string;
  /** Swarm's state; null: the node has left the swarm. */
  state: string | null;
  /** Swarm's message. */
  message: string | null;
  /** When the watcher noticed; null: not yet. */
  since: string | null;
}

interface ApplicationUnhealthy {
  kind: 'application-unhealthy';
  application: string;
  running: number;
  replicas: number;
  /** Services of a stack with missing tasks. */
  short: string[];
  /** Tasks that exited in the last ten minutes, and their distinct errors. */
  exited: number;
  errors: string[];
  /** Null: its tasks do not wait for a node. */
  waitsFor: AbsentNode | null;
  /** All its tasks run, but only so many take connections; `errors` says why (default: its tasks are the trouble). */
  reached?: { answering: number; tasks: number };
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

/** A drill failed to restore a backup. */
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
  /** Backup of the database's previous contents. */
  safetyBackup: string | null;
}

interface RestoreFailed {
  kind: 'restore-failed';
  database: string;
  /** Reason and resulting state of the database, as in the restore's row. */
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
  /** The authority's message. */
  reason: string;
  retryAt: string;
}

interface CertificateExpiring {
  kind: 'certificate-expiring';
  domain: string;
  issuer: string;
  /** Uploaded, so Shipmate does not renew it. */
  uploaded: boolean;
  expiresAt: string;
  /** Rounded up; 0: expired. */
  daysLeft: number;
  level: 'warning' | 'danger';
}

interface NodeLost {
  kind: 'node-lost';
  node: string;
  address: string;
  /** Swarm's message. */
  message: string | null;
  /** Tasks that ran there when it last answered. */
  tasks: number;
  /** Applications and databases whose data is on it. */
  waiting: string[];
  /** Managers that answer, if the node is one. */
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
  /** Forecast from recent growth; null: usage does not grow. */
  fullInDays: number | null;
  /** Forecast from the last hour. */
  isFast?: boolean;
  level: 'warning' | 'danger';
}

interface DiskFreed extends Filesystem {
  kind: 'disk-freed';
}

/** A push reached the git host, but no webhook announced it. */
interface BranchBehind {
  kind: 'branch-behind';
  application: string;
  branch: string;
  commit: string;
  deployed: string | null;
}

/** The git host knows the repository by another name, or another repository by its name. */
interface RepositoryMoved {
  kind: 'repository-moved';
  application: string;
  /** e.g. `acme/api` */
  before: string;
  after: string;
  /** `taken`: another repository has the old name. `replaced`: another repository has the same name. */
  outcome: 'followed' | 'taken' | 'unreadable' | 'replaced';
}

/** An app of a git host, where it is installed, and the page to change that. */
interface InstalledApp {
  /** Its name in addresses. */
  app: string;
  account: string;
  page: string;
  /** Rights that the account has not granted, e.g. `checks: read`. */
  missing: string[];
}

/** An installation changed, and with it what Shipmate may do with the repository of an application. */
interface AppReach extends InstalledApp {
  kind: 'app-reach';
  application: string;
  repository: string;
  /** `reached` and `left`: the repository is among those of the app, or no longer. */
  change: 'reached' | 'left' | 'suspended' | 'unsuspended' | 'uninstalled' | 'granted';
}

/** An installation changed, apart from what it means for applications. */
interface AppInstallation extends InstalledApp {
  kind: 'app-installation';
  change: 'installed' | 'added' | 'removed' | 'suspended' | 'unsuspended' | 'uninstalled' | 'granted';
  /** Some of the repositories that no application uses. */
  repositories: string[];
  /** How many they are; null: all of the account. */
  count: number | null;
}

/** The webhook of an app was pointed at Shipmate's new public URL. */
interface AppWebhook {
  kind: 'app-webhook';
  app: string;
  before: string;
  after: string;
}

interface DigestDue {
  kind: 'digest';
  digest: Digest;
}
