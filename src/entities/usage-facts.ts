/** What the tasks of an application use, as facts of notifications. */
export type UsageFact = MemoryShort | MemoryEnough | Restarting | RestartsOver;

/** A task has been close to its memory limit for some minutes. */
interface MemoryShort {
  kind: 'memory-short';
  application: string;
  /** Of a stack; null: the application's only one. */
  service: string | null;
  /** The least that it used all the time. */
  percent: number;
  limitBytes: number;
  minutes: number;
}

interface MemoryEnough {
  kind: 'memory-enough';
  application: string;
}

/** Its tasks keep ending by themselves, although enough of them run. */
interface Restarting {
  kind: 'restarting';
  application: string;
  restarts: number;
  minutes: number;
}

interface RestartsOver {
  kind: 'restarts-over';
  application: string;
  minutes: number;
}
