import { UserError } from '../errors.ts';

/** @throws {UserError} where this cannot work. */
export function requireRoot(command: 'install' | 'uninstall'): void {
  if (process.platform !== 'linux')
    throw new UserError('Shipmate is a service of Linux machines. Elsewhere: npm start.');
  if (process.getuid?.() === 0) return;
  throw new UserError(
    `\`shipmate ${command}\` changes the machine, also with --dry-run it reads what only root may. Run it with sudo.`,
  );
}
