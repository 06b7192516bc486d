import type { ToolRun } from './dump-tool.ts';
import type { Server } from './engine-server.ts';
import type { Settings } from './settings.ts';

/** Settings that a server must not simply be started with. */
export interface Obstacle {
  why: string;
  /** The setting as it was, e.g. `appendonly=false`. */
  setting: string;
}

/** Of an engine whose server must do something before it may be started with other settings. */
export interface Preparation {
  /** Why files of a server with some settings are no good for one with others; undefined when they are. */
  obstacle(before: Settings, after: Settings): Obstacle | undefined;
  /** Makes the server that runs ready for the settings of `wanted`. Idempotent. */
  prepare(wanted: Server, host: string): ToolRun;
}
