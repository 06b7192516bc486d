import { spawnSync } from 'node:child_process';
import { UserError } from '../errors.ts';
import { programEnvironment } from '../host/program-environment.ts';

/** What a program prints, without the last line break; undefined if it fails or is not there. */
export function outputOf(program: string, ...args: string[]): string | undefined {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', env: programEnvironment() });
  return status === 0 ? stdout.trimEnd() : undefined;
}

export function succeeds(program: string, ...args: string[]): boolean {
  return outputOf(program, ...args) !== undefined;
}

/** Runs a program whose output people see. @throws {UserError} when it fails. */
export function mustRun(program: string, args: readonly string[], env: NodeJS.ProcessEnv = programEnvironment()): void {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 2, 2], env });
  if (status === 0) return;
  throw new UserError(
    `\`${program} ${args.join(' ')}\` failed (${error?.message ?? `exit code ${status}`}); the reason is above. ` +
      'Fix it and run the same command again: what is done already is left as it is.',
  );
}
