import { existsSync } from 'node:fs';
import { canInstallPackages, installPackage, say, SetupError } from '../../bin/setup/steps.mjs';

/** Where Debian and its kin put Chromium; elsewhere: `CHROMIUM`. */
export const chromiumPath = process.env.CHROMIUM || '/usr/bin/chromium';

/** The browser that the pages are tested in. */
export function ensureChromium() {
  if (existsSync(chromiumPath)) return;
  if (process.env.CHROMIUM) throw new SetupError(`CHROMIUM=${chromiumPath} does not exist. Correct it or unset it.`);
  if (!canInstallPackages())
    throw new SetupError(
      'The tests need Chromium. Run: sudo apt-get install chromium. If it is installed elsewhere: CHROMIUM=<path> npm test',
    );
  say('installing Chromium for the tests (apt-get install chromium)');
  installPackage('chromium');
}
