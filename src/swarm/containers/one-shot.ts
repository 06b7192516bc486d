/** A program of an image to run once, outside the services. */
export interface OneShot {
  image: string;
  /** Replaces the image's entrypoint. */
  command: readonly string[];
  env: Record<string, string>;
  /** Absolute path → content, written before it starts. */
  files: Record<string, string>;
  /** Attachable network of a project; undefined: none. */
  network?: string | undefined;
  labels: Record<string, string>;
}

/** A container that does nothing itself, for programs of its image to run in one after another. */
export interface Idle extends Pick<OneShot, 'image' | 'labels' | 'network'> {
  /** After which it ends by itself, in case nobody is left to remove it. */
  seconds: number;
}

/** A temporary server without network, whose volume is removed with it. */
export interface ThrowAway {
  image: string;
  /** Arguments of the image's entrypoint. */
  args: readonly string[];
  env: Record<string, string>;
  files: Record<string, string>;
  healthcheck: { test: readonly string[] };
  dataPath: string;
  /** A tar to extract into `dataPath` before it starts. */
  data?: AsyncIterable<Buffer> | undefined;
  /** Tars to extract over it, one after another. */
  more?: AsyncIterable<AsyncIterable<Buffer>> | undefined;
  labels: Record<string, string>;
}

export type Program = Pick<OneShot, 'command' | 'env' | 'files'>;

/** A container that runs until it is removed. */
export interface Running {
  /**
   * Streams a program's output with backpressure, without storing it. A program that is given up goes on until the
   * container is removed.
   * @throws {ProgramError} after the last chunk, when it fails.
   */
  output(program: Program, signal: AbortSignal): AsyncIterable<Buffer>;
  /** Like `OneShots.run`, inside the container. */
  run(program: Program, input: AsyncIterable<Buffer> | undefined, signal: AbortSignal): Promise<string>;
  remove(): Promise<void>;
}

/** A Docker volume on the Engine's own node. */
export interface VolumeUse {
  volume: string;
  /** Any image on the node; nothing in it is run. */
  image: string;
  labels: Record<string, string>;
}

/**
 * Containers outside of services. They clean up after themselves however they end; `removeLabelled` removes those of a
 * killed Shipmate.
 */
export interface OneShots {
  /**
   * Runs a program to its end with `input` on its standard input, which only ends once `input` has: when reading it
   * fails, the program is killed. @returns the beginning of what it printed. @throws {ProgramError}
   */
  run(shot: OneShot, input: AsyncIterable<Buffer> | undefined, signal: AbortSignal): Promise<string>;
  idle(idle: Idle, signal: AbortSignal): Promise<Running>;
  /** Starts a server and waits until it is healthy. @throws {ProgramError} with its last words when it is not. */
  start(server: ThrowAway, signal: AbortSignal): Promise<Running>;
  /** @throws {ConflictError} when the volume is not on this node. */
  requireVolume(name: string): Promise<void>;
  /** Waits until no running container on this node uses the volume. */
  awaitUnused(volume: string, signal: AbortSignal): Promise<void>;
  /** Reads a volume as a tar. @throws {ConflictError} when it is not on this node. */
  readVolume(use: VolumeUse, signal: AbortSignal): AsyncIterable<Buffer>;
  /**
   * Replaces a volume and its contents with a tar.
   * @throws {ConflictError} while a container uses it.
   */
  writeVolume(use: VolumeUse, tar: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void>;
  /** Copies a folder of this host over what a volume holds, in use or not; other files in it stay. */
  fillVolume(use: VolumeUse, folder: string, signal: AbortSignal): Promise<void>;
  /** Removes the containers that carry all of these labels. */
  removeLabelled(labels: Record<string, string>): Promise<void>;
}
