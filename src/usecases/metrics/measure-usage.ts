import type { NodeUsage, TaskPlace, TaskUsage } from '../../swarm/services/task-usage.ts';

/** What a task used since the reading before. */
export interface Measured extends TaskPlace {
  /** 0: no task of this slot runs. */
  samples: 0 | 1;
  cpuSeconds: number;
  /** For how long the rates below were measured; 0 at a container's first reading. */
  measuredSeconds: number;
  memoryBytes: number;
  memoryLimitBytes: number | undefined;
  receivedBytes: number;
  sentBytes: number;
  restarts: number;
}

/** Readings to compare the next ones with. */
export interface Readings {
  /** By container. */
  running: ReadonlyMap<string, TaskUsage>;
  /** Ids of the tasks that had ended. */
  ended: ReadonlySet<string>;
}

export function readingsOf({ ended, running }: NodeUsage): Readings {
  return {
    running: new Map(running.map((usage) => [usage.container, usage])),
    ended: new Set(ended.map(({ task }) => task)),
  };
}

/** @param before Undefined at the first look, when it is not known since when what is found has been so. */
export function measureUsage(usage: NodeUsage, before: Readings | undefined): Measured[] {
  const measured = new Map<string, Measured>();
  for (const now of usage.running) {
    const one = { ...placeOf(now), ...compared(now, before?.running.get(now.container)), restarts: 0 };
    const key = keyOf(now);
    const other = measured.get(key);
    measured.set(key, other ? together(one, other) : one);
  }
  for (const end of usage.ended) {
    if (!before || before.ended.has(end.task)) continue;
    const key = keyOf(end);
    const one = measured.get(key) ?? { ...placeOf(end), ...nothing, restarts: 0 };
    measured.set(key, { ...one, restarts: one.restarts + 1 });
  }
  return [...measured.values()];
}

const nothing = {
  samples: 0,
  cpuSeconds: 0,
  measuredSeconds: 0,
  memoryBytes: 0,
  memoryLimitBytes: undefined,
  receivedBytes: 0,
  sentBytes: 0,
} as const;

function placeOf({ application, service, slot }: TaskPlace): TaskPlace {
  return { application, service, slot };
}

function keyOf({ application, service, slot }: TaskPlace): string {
  return `${application} ${slot} ${service}`;
}

/** Counters that went back, or time that stood still, tell nothing. */
function compared(now: TaskUsage, before: TaskUsage | undefined): Omit<Measured, keyof TaskPlace | 'restarts'> {
  const { memoryBytes, memoryLimitBytes } = now;
  const known = { ...nothing, samples: 1, memoryBytes, memoryLimitBytes } as const;
  if (!before) return known;
  const since = (value: 'readAt' | 'cpuNanos' | 'receivedBytes' | 'sentBytes') => now[value] - before[value];
  if (since('readAt') <= 0 || since('cpuNanos') < 0) return known;
  return {
    ...known,
    cpuSeconds: since('cpuNanos') / 1e9,
    measuredSeconds: since('readAt') / 1e3,
    // A container that was taken off a network has counted less.
    receivedBytes: Math.max(0, since('receivedBytes')),
    sentBytes: Math.max(0, since('sentBytes')),
  };
}

/** While a task is replaced, the old and the new one run in the same slot. */
function together(one: Measured, other: Measured): Measured {
  return {
    ...one,
    cpuSeconds: one.cpuSeconds + other.cpuSeconds,
    measuredSeconds: Math.max(one.measuredSeconds, other.measuredSeconds),
    memoryBytes: Math.max(one.memoryBytes, other.memoryBytes),
    memoryLimitBytes: one.memoryLimitBytes ?? other.memoryLimitBytes,
    receivedBytes: one.receivedBytes + other.receivedBytes,
    sentBytes: one.sentBytes + other.sentBytes,
  };
}
