import type Docker from 'dockerode';
import type { BuildSettings } from '../../entities/application-config.ts';
import type { Credentials } from './credentials.ts';
import type { Generation } from '../build-input.ts';
import type { BuildEvents, BuildRequest, BuiltImage } from '../swarm.ts';

/** Input of a builder: build context and settings. */
export interface Checkout {
  /** Folder of the build context, already resolved. */
  folder: string;
  settings: BuildSettings;
  /** Of the Engine that builds, e.g. `linux/amd64`. */
  platform: string;
  /** For the builders that write a Dockerfile. */
  generation?: Generation;
}

/** A request with the Engine that carries it out. */
export interface EngineBuildRequest extends BuildRequest {
  docker: Docker;
  /** Largest build context, bytes. */
  contextLimitBytes: number;
  credentials: Credentials;
}

/** One way to build an image from a checkout. */
export interface Builder {
  /** Name in the deployment log and in requests. */
  name: string;
  /** Builds only where a person names it (default: wherever it fits). */
  onlyAsked?: true;
  /** Files by which it knows what it can build, for the sentence about a checkout that none can. */
  looksFor: readonly string[];
  /** Why it can build the checkout, as the clause after "because"; undefined when it cannot. */
  detects(checkout: Checkout): Promise<string | undefined>;
  /** Base images of the checkout's image. @throws {UserError} when one cannot be determined. */
  baseImages(checkout: Checkout): Promise<string[]>;
  /** What its image depends on besides the commit: builds of one commit with equal identities make the same image. */
  identity(settings: BuildSettings, generation?: Generation): unknown;
  /** The Dockerfile that it writes; absent when the repository has its own. @throws {UserError} as `build`. */
  dockerfile?(checkout: Omit<Checkout, 'platform'>): Promise<string>;
  /**
   * Returns once the image is tagged. When `signal` aborts, cancels this build only, then throws the reason.
   * @throws {UserError} when the checkout is refused or a step fails.
   */
  build(request: EngineBuildRequest, events: BuildEvents, signal: AbortSignal): Promise<BuiltImage>;
}
