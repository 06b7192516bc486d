import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The machine lacks something that the person must provide; the message says what to do. */
export class SetupError extends Error {}

/** On standard error: standard output belongs to the target. */
export function say(line) {
  process.stderr.write(`set-up: ${line}\n`);
}

export function fromRoot(path) {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

export function isRoot() {
  return process.getuid?.() === 0;
}

/** Whether a program is in PATH and answers. */
export function answers(program, ...args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

/** Runs a step of the set-up; its output goes to standard error, and it cannot ask anything. */
export function step(program, args, env = {}) {
  const { status, error } = spawnSync(program, args, {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, ...env },
  });
  if (status === 0) return;
  throw new SetupError(
    `\`${program} ${args.join(' ')}\` failed (${error?.message ?? `exit code ${status}`}); see above.`,
  );
}

/** The same beside other steps. */
export function stepAside(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 2, 2] });
    const fail = (why) => reject(new SetupError(`\`${program} ${args.join(' ')}\` failed (${why}); see above.`));
    child.on('error', (error) => fail(error.message));
    child.on('exit', (code, signal) => (code === 0 ? resolve() : fail(signal ?? `exit code ${code}`)));
  });
}

export function canInstallPackages() {
  return isRoot() && answers('apt-get', '--version');
}

/** The lists of packages are fetched only where they are missing or name what is not there any more. */
export function installPackage(name) {
  const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '-qq', '--no-install-recommends', name];
  if (answers('env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...install)) return;
  step('apt-get', ['update', '-qq'], quiet);
  step('apt-get', install, quiet);
}
