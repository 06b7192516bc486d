import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { createInterface } from 'node:readline';

export interface ShipmateProcess {
  child: ChildProcess;
  /** Everything printed so far, a line each. */
  lines: string[];
  /** Types one line into the console. */
  say(line: string): void;
  /**
   * The first line from `from` on (default: printed from now on) that matches; its match.
   * @throws {Error} with what was printed when the process ends or the time is over first.
   */
  waitFor(pattern: RegExp, options?: { from?: number; timeoutMs?: number }): Promise<RegExpMatchArray>;
  /** SIGTERM, then waits for the end; the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, as a crash does. */
  kill(): Promise<void>;
}

export interface ShipmateProcessOptions {
  env: Record<string, string>;
  /** Called for every line of the conversation as it is printed. */
  onLine?: (line: string) => void;
  /** Survives the process that started it; its log goes to this file, since nobody reads a pipe any more. */
  detachedLog?: string;
  /** Default: `src/main.ts`. */
  program?: string;
}

const entry = new URL('../../src/main.ts', import.meta.url).pathname;

/** Starts Shipmate as a process of its own, with the console bot on its standard streams. */
export function startShipmate({ env, onLine, detachedLog, program = entry }: ShipmateProcessOptions): ShipmateProcess {
  const log = detachedLog === undefined ? ('pipe' as const) : openSync(detachedLog, 'a');
  const child = spawn(process.execPath, ['--max-semi-space-size=2', '--expose-gc', program, '--console'], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', log],
    detached: detachedLog !== undefined,
  });
  const { stdin, stdout, stderr } = child;
  if (!stdin || !stdout) throw new Error('the streams of a child process are pipes');
  const lines: string[] = [];
  const errors: string[] = [];
  const waiters = new Set<() => void>();
  const wake = () => waiters.forEach((waiter) => waiter());
  createInterface({ input: stdout }).on('line', (line) => {
    lines.push(line);
    onLine?.(line);
    wake();
  });
  if (stderr) createInterface({ input: stderr }).on('line', (line) => errors.push(line));
  child.on('exit', wake);

  function ended(): boolean {
    return child.exitCode !== null || child.signalCode !== null;
  }

  return {
    child,
    lines,
    say: (line) => void stdin.write(`${line}\n`),
    waitFor(pattern, { from = lines.length, timeoutMs = 600_000 } = {}) {
      return new Promise((resolve, reject) => {
        const finish = (settle: () => void) => {
          waiters.delete(look);
          clearTimeout(timer);
          settle();
        };
        const timer = setTimeout(() => finish(() => reject(gaveUp('in time'))), timeoutMs);
        const gaveUp = (when: string) =>
          new Error(
            `nothing matched ${pattern} ${when}; printed:\n${[...lines.slice(from), ...errors.slice(-20)].join('\n')}`,
          );
        const look = () => {
          for (const line of lines.slice(from)) {
            const match = line.match(pattern);
            if (match) return finish(() => resolve(match));
          }
          if (ended()) finish(() => reject(gaveUp('before the process ended')));
        };
        waiters.add(look);
        look();
      });
    },
    async stop() {
      if (!ended()) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      return child.exitCode;
    },
    async kill() {
      if (ended()) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
