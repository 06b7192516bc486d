/** Where a person asked for something whose end they want to hear. */
export interface AskedIn {
  platform: string;
  channel: string;
  account: string;
  /** When, as ISO 8601. */
  at: string;
}

/** What a `base` backup and the log behind it can be restored to. */
export interface ArchivedLog {
  /** Identity of the server's files. */
  system: string;
  /** Position up to which the log is in the repository. */
  archived: string;
  /** Which of several histories of the same files. */
  timeline?: string;
  /** The log goes at least as far, or it is cut off. */
  mark?: string;
  /** What was committed by then; without further commits there is no further mark. */
  seen?: string;
  /** The first and the last moment that can be restored, ISO 8601 by the server's clock. */
  since?: string;
  until?: string;
  /** When the newest that is archived was asked for, ISO 8601 by Shipmate's clock. */
  current?: string;
  /** The newest part of the log in the repository, which the next one replaces when it begins in the same piece. */
  last?: { snapshot: string; first: string };
  /** Parts that were replaced and are not deleted yet. */
  replaced?: string[];
  /** Why nothing is added any more. */
  closed?: string;
  /** Since when nothing can be added, ISO 8601, and why. */
  failing?: { since: string; reason: string; told?: true };
}

/** Contents of `backups.metadata`. */
export interface BackupMetadata {
  /** Requester, e.g. `ada (slack)`; `schedule` or `restore` for automatic backups. */
  requested_by?: string;
  /** Attempts so far; a killed run is started again. */
  attempts?: number;
  /** Progress of a running backup. */
  progress?: { bytes: number; bytes_per_second: number; since: string; at: string } | null;
  /** Why it failed, redacted. */
  error?: string;
  /** Snapshot id in the repository. */
  snapshot?: string;
  /** Digest of the plain data. */
  sha256?: string;
  /** How the plain data were compressed before they were stored; absent: not at all. `delta`: as differences. */
  packed?: 'zstd' | 'delta';
  /** What packing made of them, whatever of it the store had already. */
  packed_as?: { bytes: number; sha256: string };
  /** Why an incremental backup is stored as a whole, though there is one that it could be the differences to. */
  whole_because?: string;
  /** Bytes added to the store. */
  stored_bytes?: number;
  /** Contents per table; absent for a snapshot, which only has a digest. */
  manifest?: Record<string, { rows: number; sha256?: string | undefined; passing?: number | undefined }>;
  /** What the dump defines by kind, e.g. `views`: how many, and a digest; absent where the format does not tell. */
  structure?: Record<string, { rows: number; sha256?: string | undefined }>;
  /** What of the server it does not have, e.g. `2 other databases of the server: shop, test`; empty when it has all. */
  omitted?: string[];
  /** Of a `base` backup. */
  log?: ArchivedLog;
  duration_seconds?: number;
  /** Number of tasks to start again after a snapshot stopped the service. */
  stopped_replicas?: number | null;
  /** Downtime caused by a snapshot. */
  downtime_seconds?: number;
  /** Version and image of the database at the time. */
  version?: string;
  image?: string;
  /** Of a snapshot: the server's settings at the time, which decide what its files mean. */
  settings?: Record<string, string | number | boolean>;
  /** Until the person has been told of the end: of the backup, and of a drill. */
  asked?: AskedIn;
  drill_asked?: AskedIn;
  /** The last drill. */
  drill?: { at: string; ok: boolean; compared: string; seconds: number; error?: string };
}
