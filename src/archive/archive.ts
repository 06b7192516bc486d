import type { Readable } from 'node:stream';

export interface ArchivedObject {
  /** With `/` between folders, e.g. `audit/2026-11-42.ndjson.gz`. */
  name: string;
  bytes: number;
}

/** Long-term storage: objects are written once, completely or not at all. One writer per name. */
export interface Archive {
  /** For people: a folder, or `s3://bucket/prefix`. */
  readonly location: string;
  /**
   * Stores an object; one of the same name is replaced. When `body` or the store fails, or `signal` aborts, there is no
   * object, or still the one before.
   */
  put(name: string, body: Readable, signal?: AbortSignal): Promise<void>;
  /** @throws {NotFoundError} when there is no such object. */
  get(name: string): Promise<Readable>;
  /** Undefined when there is no such object. */
  head(name: string): Promise<ArchivedObject | undefined>;
  /** The objects whose names begin so, in the order of their names. */
  list(prefix: string): Promise<ArchivedObject[]>;
}
