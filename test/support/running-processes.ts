import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';

export interface RunningProcess {
  pid: string;
  program: string;
  /** Its arguments, and its environment: what others on the machine may be able to read. */
  cmdline: string;
  environ: string;
}

/** The processes of that program that run now, as /proc has them. */
export async function processesOf(program: string): Promise<RunningProcess[]> {
  return (await allProcesses()).filter((one) => one.program === program);
}

/** All that run now, those in containers among them as far as this user may read them. */
export async function allProcesses(): Promise<RunningProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(pids.map((pid) => readProcess(pid)));
  return all.filter((one) => one !== undefined);
}

/** Programs that show a secret to whoever may read /proc, by name: to everybody in arguments, to their user in variables. */
export async function whoShows(secret: string): Promise<{ arguments: string[]; variables: string[] }> {
  const processes = await allProcesses();
  const names = (shown: (one: RunningProcess) => string) =>
    [...new Set(processes.filter((one) => shown(one).includes(secret)).map(({ program }) => program))].sort();
  return { arguments: names(({ cmdline }) => cmdline), variables: names(({ environ }) => environ) };
}

/** Undefined when it has ended meanwhile, or belongs to somebody else. */
async function readProcess(pid: string): Promise<RunningProcess | undefined> {
  try {
    const [cmdline, environ] = await Promise.all(
      ['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8')),
    );
    return { pid, program: basename(cmdline?.split('\0')[0] ?? ''), cmdline: cmdline ?? '', environ: environ ?? '' };
  } catch {
    return undefined;
  }
}

/** Gives this process a variable as Shipmate has its secrets, until it is disposed of. */
export function withVariable(name: string, value: string): Disposable {
  const before = process.env[name];
  process.env[name] = value;
  return {
    [Symbol.dispose]() {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    },
  };
}
