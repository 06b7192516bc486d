import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import type { Config } from '../config.ts';
import { UserError } from '../errors.ts';
import {
  configOf,
  environmentStep,
  readOptional,
  readSettings,
  type Settings,
  withSettings,
} from './environment-file.ts';
import { installOnSwarm } from './install-on-swarm.ts';
import { engineSteps, packageSteps } from './machine.ts';
import { foldersOutside, ownFolderSteps, requireReachable } from './own-folders.ts';
import { readInstallOptions } from './options.ts';
import { places } from './places.ts';
import { installedNode, programSteps, removeOldVersions, requirePackage } from './program-files.ts';
import { addressOf, whereToGoOn } from './where-to-go-on.ts';
import { requireRoot } from './require-root.ts';
import { addToRecord, writeWhole } from './record.ts';
import { awaitReady, firstLinkCode, hasSystemd, reloadUnits, serviceSteps } from './service.ts';
import { type Running, type Step, takeSteps } from './steps.ts';
import { stopMarginMs, unitText } from './unit.ts';
import { userSteps } from './system-user.ts';

/**
 * `shipmate install`: makes this package a service of the machine, or upgrades the one that is there. What is done already
 * is left as it is, so that it can be run again after whatever stopped it.
 */
export async function install(args: string[], say: (line: string) => void): Promise<void> {
  const { dryRun, envFile, words, swarm } = readInstallOptions(args);
  const settings = { ...(envFile !== undefined && (await readEnvFile(envFile))), ...readSettings(words) };
  requireRoot('install');
  process.umask(0o022);
  const running: Running = { dryRun, say };
  if (swarm) return installOnSwarm({ ...swarm, settings }, running);
  requirePackage();
  const text = withSettings(await readOptional(places.environment), settings);
  const config = await configOf(text);
  const folders = foldersOutside(parseEnv(text));
  requireReachable(folders);

  await takeSteps([...packageSteps(), ...engineSteps(), ...userSteps()], running);
  if (!dryRun) await addToRecord({ packages: broughtBefore() });
  const files = [
    ...programSteps(),
    ...ownFolderSteps(folders),
    environmentStep(text),
    unitStep(config, Object.values(folders)),
  ];
  const changed = await takeSteps(files, { ...running, before: markRestart });
  const began = Date.now();
  const started = await takeSteps(serviceSteps({ changed: () => changed || existsSync(places.restart) }), running);
  if (dryRun) return say('Nothing was changed.');
  await removeOldVersions();
  if (!hasSystemd()) return say('systemd is not running here: the service starts at boot.');
  const url = addressOf(config);
  await awaitReady(url, began, say);
  const code = started ? await firstLinkCode() : undefined;
  // Who came by sudo is not root in their next line.
  const command = process.env['SUDO_USER'] ? 'sudo shipmate' : 'shipmate';
  const log = 'journalctl --unit shipmate';
  for (const line of whereToGoOn({ config, command, code, log, change: 'sudo shipmate install' })) say(line);
}

async function markRestart(): Promise<void> {
  await mkdir(places.settings, { recursive: true, mode: 0o755 });
  await writeFile(places.restart, '');
}

/** What `install.sh` had to fetch. */
function broughtBefore(): string[] {
  return process.env['SHIPMATE_BROUGHT']?.split(' ').filter((name) => /^[a-z0-9][a-z0-9.+-]*$/.test(name)) ?? [];
}

function unitStep({ deployments }: Config, folders: readonly string[]): Step {
  const stopMs = deployments.stopGraceMs + stopMarginMs;
  const text = () => unitText({ node: installedNode(), stopMs, folders });
  return {
    does: `write the unit ${places.unit}`,
    isDone: async () => (await readOptional(places.unit)) === text(),
    async run() {
      await writeWhole(places.unit, text(), 0o644);
      reloadUnits();
    },
  };
}

async function readEnvFile(path: string): Promise<Settings> {
  const text = await readOptional(path);
  if (text === undefined) throw new UserError(`There is no file ${path}.`);
  return parseEnv(text) as Settings;
}
