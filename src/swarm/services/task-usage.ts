/** A task's place: the same replica of the same service after it was replaced. */
export interface TaskPlace {
  /** Id of its application. */
  application: string;
  /** Of a stack, as its compose file calls it; else empty. */
  service: string;
  /** 0: its service has a task on every node. */
  slot: number;
}

/** What a running task has used since its container was started. */
export interface TaskUsage extends TaskPlace {
  container: string;
  /** When the Engine read it, milliseconds since 1970. */
  readAt: number;
  /** Processor time over all cores, nanoseconds. */
  cpuNanos: number;
  /** In use now, without the page cache that the kernel can take back. */
  memoryBytes: number;
  /** Undefined: none. */
  memoryLimitBytes: number | undefined;
  /** Over all its networks. */
  receivedBytes: number;
  sentBytes: number;
}

/** Tasks of applications on one node; one-off tasks and databases are left out. */
export interface NodeUsage {
  running: TaskUsage[];
  /** Those that ended by themselves, as far as Swarm remembers: five of each slot. */
  ended: (TaskPlace & { task: string })[];
  /** How many running ones were not read, since there are too many. */
  left: number;
}
