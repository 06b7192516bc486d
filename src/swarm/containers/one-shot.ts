/** A program of an image that is run once, beside the services. */
export interface OneShot {
  image: string;
  /** Instead of the image's entrypoint. */
  command: readonly string[];
  env: Record<string, string>;
  /** Absolute path → content; put there before it starts. */
  files: Record<string, string>;
  /** Attachable network of a project; undefined: none. */
  network?: string | undefined;
  labels: Record<string, string>;
}

/** A server of an image with a volume of its own that goes away with it, and with no network. */
export interface ThrowAway {
  image: string;
  /** Handed to the image's entrypoint. */
  args: readonly string[];
  env: Record<string, string>;
  files: Record<string, string>;
  healthcheck: { test: readonly string[] };
  dataPath: string;
  /** A tar of what lies in `dataPath` when it starts. */
  data?: AsyncIterable<Buffer> | undefined;
  labels: Record<string, string>;
}

export type Program = Pick<OneShot, 'command' | 'env' | 'files'>;

/** A container that runs until it is removed. */
export interface Running {
  /** As `OneShots` has it, inside the container. */
  output(program: Program, signal: AbortSignal): AsyncIterable<Buffer>;
  run(program: Program, input: AsyncIterable<Buffer> | undefined, signal: AbortSignal): Promise<string>;
  remove(): Promise<void>;
}

/** A Docker volume on the Engine's own node. */
export interface VolumeUse {
  volume: string;
  /** Any image that is there; nothing of it is run. */
  image: string;
  labels: Record<string, string>;
}

/**
 * Containers that belong to no service. They leave nothing behind, however they end; of a Shipmate that was killed,
 * `removeLabelled` takes them away.
 */
export interface OneShots {
  /**
   * What a program prints, as fast as it is read. Nothing of it is kept anywhere.
   * @throws {ProgramError} after the last chunk, when it did not end well.
   */
  output(shot: OneShot, signal: AbortSignal): AsyncIterable<Buffer>;
  /**
   * Runs a program to its end with `input` on its standard input, which only ends once `input` has: when reading it
   * fails, the program is killed. @returns the beginning of what it printed. @throws {ProgramError}
   */
  run(shot: OneShot, input: AsyncIterable<Buffer> | undefined, signal: AbortSignal): Promise<string>;
  /** Starts a server and waits until it is healthy. @throws {ProgramError} with its last words when it is not. */
  start(server: ThrowAway, signal: AbortSignal): Promise<Running>;
  /** @throws {ConflictError} when the volume is not on this node. */
  requireVolume(name: string): Promise<void>;
  /** Waits until no container of this node that runs has the volume. */
  awaitUnused(volume: string, signal: AbortSignal): Promise<void>;
  /** What lies in a volume as a tar. @throws {ConflictError} when it is not on this node. */
  readVolume(use: VolumeUse, signal: AbortSignal): AsyncIterable<Buffer>;
  /**
   * Deletes a volume with what is in it, and makes it again from a tar.
   * @throws {ConflictError} while a container uses it.
   */
  writeVolume(use: VolumeUse, tar: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void>;
  /** Removes the containers that carry all of these labels. */
  removeLabelled(labels: Record<string, string>): Promise<void>;
}
