import type { BaseImages } from '../../../config-base-images.ts';
import type { BuildSettings } from '../../../entities/application-config.ts';

/** A program of others that plans how a checkout is built. The Engine builds what it plans, as it builds a Dockerfile. */
export interface Planner {
  /** Of the builder, and of the program in PATH. */
  name: string;
  /** One line for docs/builders.md: what it does. */
  summary: string;
  /** Where people get it. */
  page: string;
  /** What it writes into the checkout beside ours; removed after the build. */
  writes?: string;
  /** What a person can do to see or change its plan. */
  shows: string;
  /** @throws {UserError} with its own words when it cannot plan the checkout. */
  plan(run: RunPlanner, request: PlanRequest): Promise<Plan>;
}

/** Runs the planner in the checkout. @returns its output, unless it is told line by line. */
export interface RunPlanner {
  /** Keeps what it prints, for what is read by us. */
  quietly(args: readonly string[], env?: Record<string, string>): Promise<string>;
  /** Each line goes to the log of the build. */
  aloud(args: readonly string[], env?: Record<string, string>): Promise<void>;
}

export interface PlanRequest {
  /** The build context. */
  folder: string;
  /** Empty, and removed after the build. */
  scratch: string;
  settings: BuildSettings;
  /** Names of build secrets. */
  secrets: readonly string[];
  images: BaseImages;
  /** Port that the container listens on. */
  port: number;
  /** Of the application: what one stores in a cache, others must not get. */
  cacheKey: string;
}

/** What the Engine builds. */
export interface Plan {
  /** What BuildKit reads in place of a Dockerfile. */
  text: string;
  /** More lines of the `.dockerignore`. */
  ignore: readonly string[];
  buildArgs: Record<string, string>;
  /** Images that it is based on or copies from. */
  images: readonly string[];
  /** Values that steps get without a trace in the image, beside the application's build secrets. */
  secrets?: Record<string, string>;
  /** Whether its steps can mount secrets. */
  takesSecrets: boolean;
}
