// Plain JavaScript without dependencies, as what imports it: it runs on Node 20.
import { spawn } from 'node:child_process';

/** How soon it is noticed that npm has ended, milliseconds. */
const parentMs = 500;

/**
 * Calls `stop` once npm has ended that started this process. npm starts programs by a shell and passes its signals to that
 * shell alone, which ends without passing them on. Does nothing where npm is not involved: a daemon may outlive its parent.
 *
 * @param {() => void} stop
 */
export function stopWithNpm(stop) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, parentMs);
  watch.unref();
}

/**
 * Runs a program in the place of this process: it has the terminal, gets the signals that this process gets, and ends it
 * as it ends itself. Without that, a supervisor's SIGTERM would leave it behind, with the data folder locked.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
export function runInstead(program, args, env) {
  const child = spawn(program, args, { stdio: 'inherit', env });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  stopWithNpm(() => child.kill('SIGTERM'));
  // A terminal sends Ctrl-C to the child as well; a second one would make it skip its orderly stop.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  child.on('error', (error) => {
    process.stderr.write(`${program} could not be started: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
