import { readdir, readFile } from 'node:fs/promises';

/** Clock ticks a second that Linux counts CPU time in, on every architecture that Node runs on. */
const ticks = 100;

interface Stat {
  parent: number;
  /** Ticks of the process itself, and of its children that have ended. */
  used: number;
}

/** CPU seconds that the processes and their children have used so far, by /proc. */
export async function cpuSeconds(roots: number[]): Promise<number> {
  const stats = new Map<number, Stat>();
  for (const name of await readdir('/proc')) {
    const stat = /^\d+$/.test(name) ? await statOf(Number(name)) : undefined;
    if (stat) stats.set(Number(name), stat);
  }
  const counted = new Set(roots);
  for (const [pid, { parent }] of stats) if (counted.has(parent)) counted.add(pid);
  return [...counted].reduce((sum, pid) => sum + (stats.get(pid)?.used ?? 0), 0) / ticks;
}

export async function parentOf(pid: number): Promise<number> {
  const stat = await statOf(pid);
  if (!stat) throw new Error(`no process ${pid}`);
  return stat.parent;
}

/** Undefined for a process that has ended. @see proc_pid_stat(5) */
async function statOf(pid: number): Promise<Stat | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  if (!fields) return undefined;
  return { parent: Number(fields[1]), used: [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0) };
}
