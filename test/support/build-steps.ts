import { writeFile } from 'node:fs/promises';
import { allProcesses, type RunningProcess } from './running-processes.ts';

/** Added to the arguments of a step, so that its process is found wherever the builder runs it. */
export function buildMark(application: string): string {
  return `build-of-${application}`;
}

/** Steps of the application's builds that run now. BuildKit runs them in no container that the Engine lists. */
export async function buildSteps(application: string): Promise<RunningProcess[]> {
  const mark = buildMark(application);
  return (await allProcesses()).filter(({ cmdline }) => cmdline.split('\0').includes(mark));
}

export async function countBuildSteps(application: string): Promise<number> {
  return (await buildSteps(application)).length;
}

/** Makes a file in the root folders of these processes; one that has ended meanwhile is left. */
export async function makeFileIn(processes: readonly RunningProcess[], path: string): Promise<void> {
  await Promise.allSettled(processes.map(({ pid }) => writeFile(`/proc/${pid}/root${path}`, '')));
}
