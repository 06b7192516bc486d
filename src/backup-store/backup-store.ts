/** A deduplicated, encrypted repository, readable only with its password. */
export interface BackupRepository {
  /** Absolute path of a folder, or `s3:https://…/<bucket>/<prefix>`. */
  location: string;
  password: string;
}

export interface StoredData {
  /** Names what was stored, within its repository. */
  snapshot: string;
  /** What was new to the repository; before compression with a restic older than 0.17. */
  addedBytes: number;
}

export interface StoredEntry {
  name: string;
  tag: string;
  /** Its place among those with the same tag, which sorts as text: clocks go back at times. No comma. */
  order?: string;
  /** The tag of what it is the differences to, for those who read it without Shipmate. */
  reference?: string;
  /** The data are compressed already. */
  packed?: boolean;
}

/** The door to restic. Every method throws `StoreError` when the store refuses or does not answer. */
export interface BackupStore {
  /** Like `open`, and creates the repository if missing: only where nothing has been stored yet. */
  create(repository: BackupRepository, signal: AbortSignal): Promise<void>;
  /**
   * Removes stale locks. The caller needs exclusive use.
   * @throws {StoreError} when there is no repository: an empty one in its place would hide that backups are missing.
   */
  open(repository: BackupRepository, signal: AbortSignal): Promise<void>;
  /** Stores `data` under a name; nothing is stored when reading it fails or `signal` aborts. */
  write(
    repository: BackupRepository,
    entry: StoredEntry,
    data: AsyncIterable<Buffer>,
    signal: AbortSignal,
  ): Promise<StoredData>;
  /** What was stored; throws at its end when it was cut short. */
  read(repository: BackupRepository, snapshot: string, name: string, signal: AbortSignal): AsyncIterable<Buffer>;
  /** Everything with one of these tags, or everything. */
  find(repository: BackupRepository, tag: string | undefined, signal: AbortSignal): Promise<string[]>;
  /** The names and ids of everything with the tag, in their order, then by time. */
  list(repository: BackupRepository, tag: string, signal: AbortSignal): Promise<{ name: string; snapshot: string }[]>;
  /** Deletes snapshots and keeps their data, in a repository that is going to be deleted as a whole. */
  drop(repository: BackupRepository, snapshots: readonly string[], signal: AbortSignal): Promise<void>;
  /** Deletes snapshots and data that only they use; ignores those already gone. */
  forget(repository: BackupRepository, snapshots: readonly string[], signal: AbortSignal): Promise<void>;
  /**
   * Verifies its structure and reads `percent` of its data again, while others may add to it. @throws {StoreError} when something is
   * damaged.
   */
  check(repository: BackupRepository, percent: number, signal: AbortSignal): Promise<void>;
  /** Size of its contents, compressed and deduplicated, bytes. */
  size(repository: BackupRepository, signal: AbortSignal): Promise<number>;
  /** Deletes a repository, or a place where several lie. */
  destroy(location: string): Promise<void>;
}
