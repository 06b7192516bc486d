import type { RunReport } from './run-job.ts';

export interface RunCount {
  job: string;
  status: RunReport['status'];
  runs: number;
  /** Total duration of all runs. */
  seconds: number;
}

/** Run counts of this process, for metrics. */
export interface RunCounts {
  add(report: RunReport): void;
  read(): RunCount[];
}

export function createRunCounts(): RunCounts {
  const counts = new Map<string, RunCount>();
  return {
    add({ job, status, seconds }) {
      const key = `${job} ${status}`;
      const count = counts.get(key) ?? { job, status, runs: 0, seconds: 0 };
      counts.set(key, { ...count, runs: count.runs + 1, seconds: count.seconds + seconds });
    },
    read: () => [...counts.values()],
  };
}
