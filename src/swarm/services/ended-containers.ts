/** What the Engine knows about a container that ended on its own node. */
export interface ContainerEnd {
  /** Whether its health check was why. */
  unhealthy: boolean;
  /** Whether the kernel ended it because of its memory. */
  outOfMemory: boolean;
  /** What its health check printed last, when that failed. */
  checkOutput?: string;
}

/**
 * The ends of containers by their ids, undefined for one that is not on this node: they do not change any more, and
 * each look sees all of them.
 */
export type EndedContainers = Map<string, ContainerEnd | undefined>;
