import { readFileSync } from 'node:fs';
import { fromRoot, say, stepAside } from '../../bin/setup/steps.mjs';

/**
 * `npm ci` unless what is installed is what package-lock.json names; without what only development needs where
 * `production` says so. Without install scripts: npm 10 would run every one and npm 11 only those of `allowScripts`, and
 * none is needed.
 */
export async function ensureDependencies({ production }) {
  const wanted = packagesOf('package-lock.json');
  const installed = packagesOf('node_modules/.package-lock.json');
  if (isInstalled(wanted, installed, production)) return;
  const which = production ? '--omit=dev' : '--include=dev';
  if (!production && isInstalled(wanted, installed, true)) {
    say('adding the dependencies for development (npm install)');
    return npm('install', '--no-save', which);
  }
  say('installing the dependencies (npm ci)');
  try {
    await npm('ci', which);
  } catch {
    // npm 11 refuses a lock file that lacks other platforms' packages, which a registry mirror may not have.
    say('npm ci failed; installing the same versions with npm install');
    await npm('install', '--no-save', which);
  }
}

function npm(...command) {
  const args = [...command, '--ignore-scripts', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const cli = process.env.npm_execpath;
  const [program, ...first] = cli?.endsWith('.js') ? [process.execPath, cli] : ['npm'];
  return stepAside(program, [...first, ...args, '--prefix', fromRoot('')]);
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(fromRoot(file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** Packages for other platforms are in the lock file and never installed. */
function isInstalled(wanted, installed, production) {
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(([path, { version, dev, devOptional, optional, link }]) => {
    if (path === '' || link) return true;
    if (installed[path]) return installed[path].version === version;
    return optional === true || (production && (dev === true || devOptional === true));
  });
}
