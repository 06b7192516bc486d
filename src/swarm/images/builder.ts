import type Docker from 'dockerode';
import type { BuildSettings } from '../../entities/application-config.ts';
import type { BuildEvents, BuildRequest, BuiltImage } from '../swarm.ts';

/** What a builder decides by: the build context, and what people have set. */
export interface Checkout {
  /** Folder of the build context, already resolved. */
  folder: string;
  settings: BuildSettings;
}

/** A request with the Engine that carries it out. */
export interface EngineBuildRequest extends BuildRequest {
  docker: Docker;
  /** Largest build context, bytes. */
  contextLimitBytes: number;
}

/** One way to make an image of a checkout. */
export interface Builder {
  /** As the deployment log shows it, and as a request names it. */
  name: string;
  /** Why it fits the checkout, to be read after "because"; undefined when it does not fit. */
  detects(checkout: Checkout): Promise<string | undefined>;
  /** Images that the checkout's image would contain, as it names them. @throws {UserError} when one cannot be told. */
  baseImages(checkout: Checkout): Promise<string[]>;
  /** What its image depends on besides the commit: builds of one commit with equal identities make the same image. */
  identity(settings: BuildSettings): unknown;
  /**
   * Returns once the image has its tag. When `signal` aborts, ends this build and no other, then throws the reason.
   * @throws {UserError} when the checkout is refused or a step fails.
   */
  build(request: EngineBuildRequest, events: BuildEvents, signal: AbortSignal): Promise<BuiltImage>;
}
