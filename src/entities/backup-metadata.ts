/** What `backups.metadata` holds beside the model's columns. */
export interface BackupMetadata {
  /** Who asked, e.g. `ada (slack)`; `schedule` or `restore` of one that Shipmate made by itself. */
  requested_by?: string;
  /** Tries so far; a run that was killed is begun again. */
  attempts?: number;
  /** While it runs. */
  progress?: { bytes: number; bytes_per_second: number; since: string; at: string } | null;
  /** Why it failed, redacted. */
  error?: string;
  /** Its name in the repository. */
  snapshot?: string;
  /** Of the plain data as they came from the database. */
  sha256?: string;
  /** What was new to the store. */
  stored_bytes?: number;
  /** What lies in it, by table; of a snapshot nothing is known but its digest. */
  manifest?: Record<string, { rows: number; sha256?: string | undefined; passing?: number | undefined }>;
  duration_seconds?: number;
  /** Tasks of a service that was stopped for a snapshot, until they run again. */
  stopped_replicas?: number | null;
  /** How long a snapshot kept the database away. */
  downtime_seconds?: number;
  /** Version and image it was made with. */
  version?: string;
  image?: string;
  /** The last drill. */
  drill?: { at: string; ok: boolean; compared: string; seconds: number; error?: string };
}
