import { answers, canInstallPackages, installPackage, say, SetupError } from './steps.mjs';

export function ensureGit() {
  if (answers('git', '--version')) return;
  if (!canInstallPackages())
    throw new SetupError('Shipmate needs git. Install it, for example: sudo apt-get install git');
  say('installing git (apt-get)');
  installPackage('git');
}
